package id.lum.tour.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Optional;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** The demo plugin's configuration, changed live. */
final class DemoSettings {
    private final ConfigurationAdmin configurations;

    DemoSettings(ConfigurationAdmin configurations) {
        this.configurations = configurations;
    }

    void block(String principals) {
        try {
            // "?": whichever bundle asks for it; the configuration is not ours.
            Configuration demo = configurations.getConfiguration("id.lum.demo", "?");
            Dictionary<String, Object> properties =
                    Optional.ofNullable(demo.getProperties()).orElseGet(Hashtable::new);
            properties.put("blocked.principals", principals);
            demo.update(properties);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
