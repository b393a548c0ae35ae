package id.lum.core.identity;

import id.lum.fakes.FakeLumid;
import id.lum.support.config.DeclaredSettings;
import java.time.Instant;
import java.util.HashMap;
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

    static IntrospectionSettings of(FakeLumid lumid, Object... namesAndValues) {
        Object[] all = new Object[namesAndValues.length + 2];
        all[0] = "base.url";
        all[1] = lumid.url();
        System.arraycopy(namesAndValues, 0, all, 2, namesAndValues.length);
        return of(all);
    }
}
