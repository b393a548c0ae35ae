package id.lum.support.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.support.lifecycle.Leased;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.lifecycle.SwappableResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a call gets that a store cannot serve, and when the files of the store are looked at. */
class DisplacementWatchTest {
    private final List<Runnable> looks = new ArrayList<>();
    private final SwappableResource<TestStore> resource =
            new SwappableResource<>("the store", new TestStore(), Duration.ZERO);
    private final Leased<TestStore> store = watched();

    private static final class TestStore implements Stoppable {
        @Override
        public void close(StopDeadline deadline) {
            // It holds nothing.
        }
    }

    private static final class TestStores implements StoreFactory<StoreSettings, TestStore> {
        @Override
        public StoreSettings databaseOf(StoreSettings settings) {
            return settings;
        }

        @Override
        public TestStore open(StoreSettings settings) {
            return new TestStore();
        }

        @Override
        public String consequenceWhileClosed() {
            return "Nothing is kept.";
        }
    }

    private Leased<TestStore> watched() {
        TestStores factory = new TestStores();
        DisplacementWatch.Looks scheduled = new DisplacementWatch.Looks() {
            @Override
            public void after(Duration delay, Runnable look) {
                looks.add(look);
            }

            @Override
            public boolean isClosed() {
                return false;
            }
        };
        return new DisplacementWatch<>(factory, new ServedStore<>(factory), scheduled).watched(resource);
    }

    @Test
    void aStoreThatIsClosedIsUnavailableToACall() {
        resource.close();
        assertThatThrownBy(() -> store.withResource(open -> true))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessage("the store is closed.");
    }

    @Test
    void aStoreThatCouldNotBeReopenedIsUnavailableToACall() {
        assertThatThrownBy(() -> resource.reopen(this::refused, this::refused)).hasMessage("The disk is full.");
        assertThatThrownBy(() -> store.withResource(open -> true))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessage("the store could not be reopened.");
    }

    private TestStore refused() {
        throw new StoreUnavailable("The disk is full.");
    }

    @Test
    void aCallThatFailsByItselfFailsAsItDoesAndNoFileIsLookedAt() {
        assertThatIllegalStateException()
                .isThrownBy(() -> store.withResource(open -> {
                    throw new IllegalStateException("The host's list cannot be read.");
                }))
                .withMessage("The host's list cannot be read.");
        assertThat(looks).isEmpty();
    }

    @Test
    void theFilesOfAStoreThatCannotServeACallAreLookedAt() {
        StoreUnavailable refused = new StoreUnavailable("The file was moved.");
        assertThatThrownBy(() -> store.withResource(open -> {
                    throw refused;
                }))
                .isSameAs(refused);
        assertThat(looks).hasSize(1);
    }
}
