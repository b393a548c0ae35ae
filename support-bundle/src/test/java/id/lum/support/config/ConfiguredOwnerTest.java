package id.lum.support.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import id.lum.support.lifecycle.StopDeadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfiguredOwnerTest {
    @interface Declared {
        @Whole(min = 1, max = 9, unit = "lamps")
        String lamps() default "1";

        @OneOf({"red", "green"})
        String colour() default "red";
    }

    /** Writes down what it is told. */
    private static final class Lights implements ConfiguredOwner.Target<Declared, String> {
        private final List<String> events = new ArrayList<>();

        @Override
        public String parse(DeclaredSettings<Declared> settings) {
            return settings.number(Declared::lamps) + " " + settings.choice(Declared::colour);
        }

        @Override
        public void apply(String settings) {
            if (settings.startsWith("9")) {
                throw new IllegalStateException("no current");
            }
            if (settings.startsWith("8")) {
                throw new SettingRefused("id.lum.test", "lamps", "8", "must leave one for the neighbours");
            }
            events.add(settings);
        }

        @Override
        public String afterRefusal() {
            return events.isEmpty() ? "It is dark." : ConfiguredOwner.LAST_GOOD;
        }

        @Override
        public void close(StopDeadline deadline) {
            events.add("closed");
        }
    }

    private final Lights lights = new Lights();

    private ConfiguredOwner<Declared, String> open(Map<String, Object> properties) {
        return ConfiguredOwner.open(Declared.class, "id.lum.test", lights, properties);
    }

    @Test
    void settingsComeIntoForceOneAfterTheOther() {
        ConfiguredOwner<Declared, String> owner = open(Map.of());
        owner.apply(Map.of("lamps", "2", "colour", "green"));
        owner.close();
        assertThat(lights.events).containsExactly("1 red", "2 green", "closed");
    }

    @Test
    void nothingOfARefusedConfigurationComesIntoForce() {
        ConfiguredOwner<Declared, String> owner = open(Map.of());
        assertThat(owner.tryApply(Map.of("lamps", "0", "colour", "green"))).isFalse();
        assertThat(owner.tryApply(Map.of("lamps", "2", "colour", "blue"))).isFalse();
        assertThat(lights.events).containsExactly("1 red");
        assertThat(owner.tryApply(Map.of("lamps", "3"))).isTrue();
        assertThat(lights.events).containsExactly("1 red", "3 red");
    }

    @Test
    void configurationThatIsRefusedWhenItIsAppliedLeavesTheLastGoodOneInForce() {
        ConfiguredOwner<Declared, String> owner = open(Map.of());
        assertThat(owner.tryApply(Map.of("lamps", "8"))).isFalse();
        assertThat(lights.events).containsExactly("1 red");
        assertThat(owner.tryApply(Map.of("lamps", "3"))).isTrue();
        assertThat(lights.events).containsExactly("1 red", "3 red");
    }

    @Test
    void refusedFirstConfigurationLeavesAnOwnerForTheNextOne() {
        ConfiguredOwner<Declared, String> owner = open(Map.of("lamps", "none"));
        assertThat(lights.events).isEmpty();
        owner.apply(Map.of());
        assertThat(lights.events).containsExactly("1 red");
    }

    @Test
    void failureOfTheFirstClosesTheTargetAndOneOfALaterDoesNot() {
        assertThatIllegalStateException().isThrownBy(() -> open(Map.of("lamps", "9")));
        assertThat(lights.events).containsExactly("closed");
        lights.events.clear();
        ConfiguredOwner<Declared, String> owner = open(Map.of());
        assertThatIllegalStateException().isThrownBy(() -> owner.apply(Map.of("lamps", "9")));
        assertThatCode(() -> owner.apply(Map.of("lamps", "2"))).doesNotThrowAnyException();
        assertThat(lights.events).containsExactly("1 red", "2 red");
    }
}
