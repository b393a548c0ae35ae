package id.lum.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExpectedStateTest {
    private final ExpectedState world = new ExpectedState("first");

    @Test
    void whoAsksInOneFileIsAnsweredByIt() {
        assertThat(world.filesSince(world.now())).containsExactly("first");
        world.moves("second", () -> {});
        assertThat(world.filesSince(world.now())).containsExactly("second");
    }

    @Test
    void whoAsksWhileTheFileChangesMayBeAnsweredByBoth() {
        int before = world.now();
        world.moves("second", () -> {
            assertThat(world.filesSince(before)).containsExactlyInAnyOrder("first", "second");
            assertThat(world.filesSince(world.now())).containsExactlyInAnyOrder("first", "second");
        });
        assertThat(world.filesSince(before)).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void lumidIsThereOrAwayForSureOnlyWhereItDidNotChange() {
        int before = world.now();
        assertThat(world.mayBeAwaySince(before)).isFalse();
        world.loses(() -> {});
        assertThat(world.mayBeAwaySince(before)).isTrue();
        assertThat(world.mayBeThereSince(before)).isTrue();
        assertThat(world.mayBeThereSince(world.now())).isFalse();
        int away = world.now();
        world.moves("second", () -> {});
        assertThat(world.mayBeThereSince(away)).isFalse();
        world.regains(() -> {});
        assertThat(world.mayBeThereSince(away)).isTrue();
        assertThat(world.mayBeAwaySince(world.now())).isFalse();
        assertThat(world.filesSince(world.now())).containsExactly("second");
    }
}
