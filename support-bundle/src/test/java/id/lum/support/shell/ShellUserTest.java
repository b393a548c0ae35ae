package id.lum.support.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Principal;
import java.security.PrivilegedAction;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class ShellUserTest {
    private record Named(String name) implements Principal {
        @Override
        public String getName() {
            return name;
        }
    }

    /** As Karaf calls its own. */
    private record UserPrincipal(String name) implements Principal {
        @Override
        public String getName() {
            return name;
        }
    }

    @SuppressWarnings("removal")
    private static String nameOf(Principal... principals) {
        Subject subject = new Subject(true, new LinkedHashSet<>(List.of(principals)), Set.of(), Set.of());
        return Subject.doAs(subject, (PrivilegedAction<String>) ShellUser::name);
    }

    @Test
    void withoutALoginItIsTheUserOfTheOperatingSystem() {
        assertThat(ShellUser.name()).isEqualTo(System.getProperty("user.name"));
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_23, disabledReason = "Newer ones have no subject to ask for.")
    void aLoginCountsByItsFirstPrincipalAndIsPrintable() {
        assertThat(nameOf(new Named("op\nhelen"), new Named("admin"))).isEqualTo("op\\u000ahelen");
        assertThat(nameOf()).isEqualTo(System.getProperty("user.name"));
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_23, disabledReason = "Newer ones have no subject to ask for.")
    void ofALoginOverTheNetworkTheUserCountsAndNotTheAddress() {
        assertThat(nameOf(new Named("ssh(/127.0.0.1:41040)"), new UserPrincipal("helen"), new Named("admin")))
                .isEqualTo("helen");
    }
}
