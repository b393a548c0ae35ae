package id.lum.core.identity;

import id.lum.fakes.FakeLumid;
import id.lum.support.config.DeclaredSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Settings as they come from a configuration, and the time at which tests start. */
final class TestSettings {
    static final String PID = "id.lum.core";
    static final Instant START = Instant.parse("2026-05-20T15:21:00Z");

    private TestSettings() {}

    static IntrospectionSettings of(Object... namesAndValues) {
        Map<String, Object> properties = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
        }
        return IntrospectionSettings.parse(DeclaredSettings.of(CoreConfiguration.class, PID, properties));
    }

    /** Unless a time is given, lum.id may take a minute: a busy machine needs longer than a server in use may. */
    static IntrospectionSettings of(FakeLumid lumid, Object... namesAndValues) {
        List<Object> all = new ArrayList<>(List.of("base.url", lumid.url(), "request.timeout.ms", 60_000));
        all.addAll(List.of(namesAndValues));
        return of(all.toArray());
    }
}
