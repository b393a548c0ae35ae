package com.example.guard;

import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.SubmissionGuard;
import java.time.LocalTime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.propertytypes.ServiceRanking;

/** Refuses submissions before an hour of the day, by default eight. */
@Component(service = SubmissionGuard.class, immediate = true, configurationPid = OpeningHourGuard.PID)
@Hook(host = "flowmesh", name = "opening-hour")
@ServiceRanking(50)
public final class OpeningHourGuard implements SubmissionGuard {
    static final String PID = "com.example.guard";

    /** The configuration: Declarative Services reads {@code opens.at} into {@code opens_at}. */
    public @interface Config {
        int opens_at() default 8;
    }

    private final int opensAt;

    @Activate
    public OpeningHourGuard(Config config) {
        this.opensAt = config.opens_at();
        if (opensAt < 0 || opensAt > 24) {
            throw new IllegalArgumentException(
                    PID + ": opens.at = \"" + opensAt + "\" is refused: it must be an hour from 0 to 24.");
        }
    }

    @Override
    public void check(PrincipalContext principal) {
        if (LocalTime.now().getHour() < opensAt) {
            throw HookRejection.forbidden("Submissions open at " + opensAt + ":00.");
        }
    }
}
