package id.lum.tour.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Optional;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Changes settings while everything runs, as an operator does. */
final class LiveSettings {
    private final ConfigurationAdmin configurations;

    LiveSettings(ConfigurationAdmin configurations) {
        this.configurations = configurations;
    }

    /** Leaves every other property of the configuration as it is. */
    void change(String pid, String property, String value) {
        try {
            // "?": whichever bundle asks for it; the configuration is not ours.
            Configuration configuration = configurations.getConfiguration(pid, "?");
            Dictionary<String, Object> properties =
                    Optional.ofNullable(configuration.getProperties()).orElseGet(Hashtable::new);
            properties.put(property, value);
            configuration.update(properties);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
