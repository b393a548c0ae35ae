package com.example.guard;

import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.SubmissionGuard;
import id.lum.hooks.settings.Settings;
import java.time.LocalTime;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;

/** Refuses submissions before an hour of the day, by default eight. */
@Component(service = SubmissionGuard.class, immediate = true, configurationPid = OpeningHourGuard.PID)
@Hook(host = "flowmesh", name = "opening-hour")
@ServiceRanking(50)
public final class OpeningHourGuard implements SubmissionGuard {
    static final String PID = "com.example.guard";

    private final long opensAt;

    @Activate
    public OpeningHourGuard(Map<String, Object> properties) {
        this.opensAt = Settings.of(PID, properties).number("opens.at", 8, 0, 24, "hours");
    }

    @Override
    public void check(PrincipalContext principal) {
        if (LocalTime.now().getHour() < opensAt) {
            throw HookRejection.forbidden("Submissions open at " + opensAt + ":00.");
        }
    }
}
