package id.lum.tour.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** The demo plugin's configuration, changed live, and left as the operator had it. */
final class TourSettings {
    private static final String BLOCKED = "blocked.principals";

    private final ConfigurationAdmin configurations;

    TourSettings(ConfigurationAdmin configurations) {
        this.configurations = configurations;
    }

    /** Runs a scene during which a principal is blocked, besides those that the operator blocks. */
    void whileBlocked(String principal, Runnable scene) {
        Optional<Object> before = blocked();
        try {
            block(Optional.of(with(before, principal)));
            scene.run();
        } finally {
            block(before);
        }
    }

    private Optional<Object> blocked() {
        return Optional.ofNullable(properties().get(BLOCKED));
    }

    private void block(Optional<Object> principals) {
        Dictionary<String, Object> properties = properties();
        principals.ifPresentOrElse(value -> properties.put(BLOCKED, value), () -> properties.remove(BLOCKED));
        try {
            demo().update(properties);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Dictionary<String, Object> properties() {
        return Optional.ofNullable(demo().getProperties()).orElseGet(Hashtable::new);
    }

    private Configuration demo() {
        try {
            // "?": whichever bundle asks for it; the configuration is not ours.
            return configurations.getConfiguration("id.lum.demo", "?");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The value is taken as it stands: a placeholder in it is for the container to resolve. */
    private static String with(Optional<Object> own, String principal) {
        List<String> all = new ArrayList<>();
        own.map(value -> value instanceof Object[] several ? Arrays.asList(several) : value)
                .map(value -> value instanceof Collection<?> several ? several : List.of(value))
                .ifPresent(values -> values.forEach(value -> all.add(String.valueOf(value))));
        all.removeIf(String::isBlank);
        all.add(principal);
        return String.join(", ", all);
    }
}
