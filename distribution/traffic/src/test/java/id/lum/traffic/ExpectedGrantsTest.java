package id.lum.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ExpectedGrantsTest {
    private static final Set<String> FIRST = Set.of("first");
    private static final Set<String> SECOND = Set.of("second");
    private static final Set<String> BOTH = Set.of("first", "second");

    private final ExpectedGrants holdings = new ExpectedGrants();
    private final GrantLocations resource = holdings.of("id");

    @Test
    void whatIsRegisteredInAFileIsSurelyThereAndSurelyNotElsewhere() {
        resource.registered(FIRST);
        says(FIRST, true, false);
        says(SECOND, false, true);
        says(BOTH, true, true);
        assertThat(holdings.surelyIn("first")).containsExactly("id");
        assertThat(holdings.possiblyIn("second")).isEmpty();
    }

    @Test
    void whatIsRegisteredWhileTheFileChangesMayBeInBoth() {
        resource.registered(BOTH);
        says(FIRST, true, true);
        says(SECOND, true, true);
        assertThat(holdings.surelyIn("first")).isEmpty();
        assertThat(holdings.possiblyIn("first")).containsExactly("id");
    }

    @Test
    void whatIsDeregisteredElsewhereStaysWhereItIs() {
        resource.registered(FIRST);
        resource.deregistered(SECOND);
        says(FIRST, true, false);
        holdings.forgetIfNowhere("id");
        assertThat(holdings.surelyIn("first")).containsExactly("id");
    }

    @Test
    void whatIsDeregisteredWhileTheFileChangesMayBeThereStill() {
        resource.registered(FIRST);
        resource.deregistered(BOTH);
        says(FIRST, true, true);
        says(SECOND, false, true);
    }

    @Test
    void whatIsDeregisteredWhereItIsIsGoneAndForgotten() {
        resource.registered(FIRST);
        resource.deregistered(FIRST);
        says(FIRST, false, true);
        holdings.forgetIfNowhere("id");
        assertThat(holdings.possiblyIn("first")).isEmpty();
    }

    private void says(Set<String> files, boolean mayBeHeld, boolean mayBeMissing) {
        assertThat(resource.mayBeIn(files)).isEqualTo(mayBeHeld);
        assertThat(resource.mayBeMissingFrom(files)).isEqualTo(mayBeMissing);
    }
}
