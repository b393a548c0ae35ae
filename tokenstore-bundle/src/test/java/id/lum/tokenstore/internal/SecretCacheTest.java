package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.testing.Await;
import id.lum.testing.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;

/** Which secrets are at hand and due, with a clock that stands still unless a test moves it. */
class SecretCacheTest {
    private static final SecretLocator A = new SecretLocator("VAULT", "a", "");
    private static final SecretLocator B = new SecretLocator("OTHER", "b", "");
    private static final Pattern ANSWERS = Pattern.compile("(\\d+) (answers|failures)");
    private static final Duration RECHECK = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final ScriptedStore vault = new ScriptedStore();
    private final ScriptedStore other = new ScriptedStore().put("b", "2");
    private ConfiguredFramework framework;
    private EventLoop loop;
    private StoreRegistry stores;
    private SecretCache cache;
    private ServiceRegistration<TokenStore> registration;

    @BeforeEach
    void start() throws Exception {
        framework = new ConfiguredFramework(directory);
        registration = vault.register(framework.context(), "VAULT", 0);
        other.register(framework.context(), "OTHER", 0);
        loop = new EventLoop(() -> {
            if (failing.getAndSet(false)) {
                throw new OutOfMemoryError("for a test");
            }
            return clock.nanos();
        });
        stores = new StoreRegistry(framework.context(), clock::nanos, Thread::new, loop::wake);
        stores.configure(Duration.ofMinutes(2));
        stores.open();
        cache = new SecretCache(stores, loop);
    }

    @AfterEach
    void stop() throws Exception {
        vault.release();
        loop.end();
        stores.close();
        framework.close();
    }

    @Test
    void whatWasNeverAskedForIsAskedForOnceAndHasNoAnswerUntilItHasCome() throws Exception {
        vault.put("a", "1").hold();
        assertThat(cache.askFor(Set.of(A))).isTrue();
        cache.takeAnswers(RECHECK);
        assertThat(cache.askFor(Set.of(A))).isFalse();
        assertThat(cache.hasAnswers(Set.of(A))).isFalse();
        vault.release();
        awaitSecrets(Map.of(A, "1"));
        assertThat(cache.hasAnswers(Set.of(A))).isTrue();
        assertThat(vault.asked()).isEqualTo(1);
    }

    @Test
    void whatHasAValueKeepsItWhileItIsAskedForAgain() throws Exception {
        vault.put("a", "1");
        answer();
        clock.move(RECHECK.minusNanos(1));
        assertThat(cache.askFor(Set.of(A))).isFalse();
        clock.move(Duration.ofNanos(1));
        vault.hold();
        assertThat(cache.askFor(Set.of(A))).isTrue();
        cache.takeAnswers(RECHECK);
        assertThat(cache.hasAnswers(Set.of(A))).isTrue();
        assertThat(cache.secrets()).isEqualTo(Map.of(A, "1"));
    }

    @Test
    void anAnswerThatWasOnItsWayWhenTheStoreChangedDoesNotCountAsTheLastWord() throws Exception {
        vault.put("a", "1").hold();
        assertThat(cache.askFor(Set.of(A, B))).isTrue();
        registration.setProperties(new Hashtable<>(Map.of(TokenStore.PREFIX, "VAULT")));
        vault.release();
        Await.until("both have answered", () -> {
            cache.takeAnswers(RECHECK);
            return cache.secrets().equals(Map.of(A, "1", B, "2"));
        });
        assertThat(cache.askFor(Set.of(A, B))).isTrue();
        awaitAnswers();
        cache.takeAnswers(RECHECK);
        assertThat(cache.askFor(Set.of(A, B))).isFalse();
        assertThat(vault.asked()).isEqualTo(2);
        assertThat(other.asked()).isEqualTo(1);
    }

    @Test
    void whatIsAskedForAgainWhileItsAnswerIsOnItsWayIsAskedForOnceMoreThen() throws Exception {
        vault.put("a", "1").hold();
        assertThat(cache.askFor(Set.of(A))).isTrue();
        cache.recheck();
        assertThat(cache.askFor(Set.of(A))).isFalse();
        vault.release();
        awaitSecrets(Map.of(A, "1"));
        assertThat(cache.askFor(Set.of(A))).isTrue();
    }

    @Test
    void whatIsNotNeededAnyLongerWhenItsAnswerComesIsForgotten() throws Exception {
        vault.put("a", "1").hold();
        assertThat(cache.askFor(Set.of(A))).isTrue();
        assertThat(cache.askFor(Set.of())).isFalse();
        assertThat(cache.askFor(Set.of(A))).as("it is asked for once at a time").isFalse();
        assertThat(cache.askFor(Set.of())).isFalse();
        vault.release();
        awaitAnswers();
        cache.takeAnswers(RECHECK);
        assertThat(cache.secrets()).isEmpty();
        assertThat(cache.askFor(Set.of(A))).isTrue();
    }

    @Test
    void failuresAreTriedAgainEverLessOftenUntilThereIsReasonToExpectAnother() throws Exception {
        for (long wait : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            answer();
            clock.move(Duration.ofSeconds(wait).minusNanos(1));
            assertThat(cache.askFor(Set.of(A))).isFalse();
            clock.move(Duration.ofNanos(1));
        }
        cache.recheck();
        answer();
        clock.move(Duration.ofSeconds(1));
        answer();
    }

    @Test
    void aFailureLeavesTheSecretThatWasGivenBefore() throws Exception {
        vault.put("a", "1");
        answer();
        vault.lose("a");
        clock.move(RECHECK);
        answer();
        assertThat(cache.secrets()).isEqualTo(Map.of(A, "1"));
    }

    @Test
    void anAnswerThatCouldNotBeTakenForAnErrorIsTakenLaterAndNotAskedForTwice() throws Exception {
        vault.put("a", "1");
        assertThat(cache.askFor(Set.of(A))).isTrue();
        awaitAnswers();
        failing.set(true);
        assertThatThrownBy(() -> cache.takeAnswers(RECHECK)).isInstanceOf(OutOfMemoryError.class);
        assertThat(cache.askFor(Set.of(A))).isFalse();
        cache.takeAnswers(RECHECK);
        assertThat(cache.secrets()).isEqualTo(Map.of(A, "1"));
        assertThat(cache.hasAnswers(Set.of(A))).isTrue();
        assertThat(vault.asked()).isEqualTo(1);
    }

    @Test
    void afterTheEndNoSecretIsKeptOrTaken() throws Exception {
        vault.put("a", "1");
        answer();
        assertThat(cache.askFor(Set.of(A, B))).isTrue();
        awaitAnswers();
        cache.close();
        assertThat(cache.secrets()).isEmpty();
        cache.takeAnswers(RECHECK);
        assertThat(cache.secrets()).isEmpty();
    }

    private void answer() throws Exception {
        assertThat(cache.askFor(Set.of(A))).isTrue();
        awaitAnswers();
        cache.takeAnswers(RECHECK);
        assertThat(cache.hasAnswers(Set.of(A))).isTrue();
    }

    /** A store that is asked has answered already, unless the machine stalls. */
    private void awaitAnswers() throws Exception {
        Await.until(
                "the store has answered",
                () -> ANSWERS.matcher(String.join("\n", stores.describe()))
                                .results()
                                .mapToInt(count -> Integer.parseInt(count.group(1)))
                                .sum()
                        == vault.asked() + other.asked());
    }

    private void awaitSecrets(Map<SecretLocator, String> secrets) throws Exception {
        Await.until("the answer is taken", () -> {
            cache.takeAnswers(RECHECK);
            return cache.secrets().equals(secrets);
        });
    }
}
