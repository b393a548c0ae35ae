package id.lum.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Felix's own launcher would install. */
class BundleListsTest {
    private static Iterable<String> started(String value) {
        return BundleLists.locations(Map.of("felix.auto.start.5", value), BundleLists.START);
    }

    @Test
    void quotedAndUnquotedEntriesAreSeparatedBySpaces() {
        assertThat(started("\"file:/a b/x.jar\" file:/y.jar   \"file:/z.jar\""))
                .containsExactly("file:/a b/x.jar", "file:/y.jar", "file:/z.jar");
        assertThat(started(" ")).isEmpty();
        assertThat(started("")).isEmpty();
    }

    @Test
    void entriesWithoutASpaceBetweenThemAreOne() {
        assertThat(started("\"file:/x.jar\"\"file:/y.jar\"")).containsExactly("file:/x.jarfile:/y.jar");
        assertThat(started("file:/x.jar\tfile:/y.jar")).containsExactly("file:/x.jar\tfile:/y.jar");
    }

    @Test
    void quoteThatIsNotClosedReachesToTheEnd() {
        assertThat(started("file:/x.jar \"file:/y.jar file:/z.jar"))
                .containsExactly("file:/x.jar", "file:/y.jar file:/z.jar");
    }

    @Test
    void listsToStartAndToInstallAreToldApart() {
        Map<String, String> both = Map.of(
                "felix.auto.start", "a", "felix.auto.start.1", "b", "felix.auto.install.1", "c", "felix.other", "d");
        assertThat(BundleLists.locations(both, BundleLists.START)).containsExactly("a", "b");
        assertThat(BundleLists.locations(both, BundleLists.INSTALL)).containsExactly("c");
    }
}
