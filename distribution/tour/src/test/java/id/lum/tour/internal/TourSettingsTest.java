package id.lum.tour.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

class TourSettingsTest {
    private static final String BLOCKED = "blocked.principals";

    private final List<Object> updates = new ArrayList<>();
    private Dictionary<String, Object> properties = new Hashtable<>(Map.of("hosts", "flowmesh"));

    private final TourSettings settings = new TourSettings(
            only(ConfigurationAdmin.class, arguments -> only(Configuration.class, this::readOrUpdate)));

    @Test
    void theOperatorsOwnListHoldsMeanwhileAndComesBackAsItWas() {
        for (Object own : List.of("mallory,trudy", "$[secret:blocked]", new String[] {"mallory", "trudy"}, "")) {
            properties.put(BLOCKED, own);
            settings.whileBlocked(
                    "bob",
                    () -> assertThat(String.valueOf(properties.get(BLOCKED)))
                            .isIn("mallory,trudy, bob", "$[secret:blocked], bob", "mallory, trudy, bob", "bob"));
            assertThat(properties.get(BLOCKED)).isSameAs(own);
        }
        assertThat(updates).hasSize(8);
        assertThat(properties.get("hosts")).isEqualTo("flowmesh");
    }

    @Test
    void whatWasNotSetIsNotSetAfterwards() {
        settings.whileBlocked("bob", () -> assertThat(properties.get(BLOCKED)).isEqualTo("bob"));
        assertThat(properties.get(BLOCKED)).isNull();
    }

    @Test
    void itComesBackAlsoWhenTheSceneFails() {
        properties.put(BLOCKED, "mallory");
        assertThatThrownBy(() -> settings.whileBlocked("bob", () -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(properties.get(BLOCKED)).isEqualTo("mallory");
    }

    private Object readOrUpdate(Object... arguments) {
        if (arguments.length == 0) {
            return copy(properties);
        }
        properties = copy((Dictionary<?, ?>) arguments[0]);
        updates.add(properties);
        return null;
    }

    private static Dictionary<String, Object> copy(Dictionary<?, ?> original) {
        Dictionary<String, Object> copy = new Hashtable<>();
        original.keys().asIterator().forEachRemaining(key -> copy.put((String) key, original.get(key)));
        return copy;
    }

    private interface Answer {
        Object to(Object... arguments);
    }

    /** A service of which the settings call one method with arguments, and one without. */
    private static <T> T only(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> answer.to(arguments == null ? new Object[0] : arguments)));
    }
}
