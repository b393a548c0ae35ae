package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.tokenstore.internal.StoreAnswer.Failed;
import id.lum.tokenstore.internal.StoreAnswer.Value;
import id.lum.tokenstore.internal.StoreClient.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StoreClientTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    /** Ends only calls that a test holds: a call that is answered at once has it even where the machine stalls. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    private static final SecretLocator P = new SecretLocator("VAULT", "p", "");

    @Test
    void equalAddressesAreOneCallAndOtherMetadataIsAnother() {
        String text = "VAULT://p VAULT://p|a VAULT://p|b VAULT://p|a[v=1] VAULT://p[v=1] VAULT://p[v=2] VAULT://q";
        Set<SecretLocator> locators = Grammar.of(Set.of("VAULT")).references(text).stream()
                .map(Reference::locator)
                .collect(Collectors.toSet());
        ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
        try (StoreClient fetching = new StoreClient(new Timeouts(LONG, LONG))) {
            Map<SecretLocator, StoreAnswer> fetched = fetching.fetch(locators, only((path, metadata) -> {
                asked.add(path + metadata);
                return path + "!" + metadata;
            }));
            assertThat(asked).containsExactlyInAnyOrder("p", "pv=1", "pv=2", "q");
            assertThat(fetched)
                    .containsOnlyKeys(locators)
                    .containsEntry(new SecretLocator("VAULT", "p", "v=1"), new Value("p!v=1"));
        }
    }

    @Test
    void eightCallsRunAtATimeWhoeverAsks() {
        CountDownLatch eight = new CountDownLatch(8);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        LoggableStore store = (path, metadata) -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            eight.countDown();
            boolean allCame = await(eight);
            inside.decrementAndGet();
            return "" + allCame;
        };
        try (StoreClient fetching = new StoreClient(new Timeouts(LONG, LONG))) {
            List<CompletableFuture<Map<SecretLocator, StoreAnswer>>> askers = Stream.of("A", "B", "C")
                    .map(prefix -> CompletableFuture.supplyAsync(
                            () -> fetching.fetch(locators(prefix, 50), only(store)), task -> new Thread(task).start()))
                    .toList();
            for (CompletableFuture<Map<SecretLocator, StoreAnswer>> asker : askers) {
                assertThat(asker.join().values()).hasSize(50).containsOnly(new Value("true"));
            }
        }
        assertThat(most).hasValue(8);
    }

    @Test
    void aCallThatTakesTooLongIsInterruptedAndTheOthersCount() {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (StoreClient fetching = new StoreClient(new Timeouts(SHORT, LONG))) {
            Map<SecretLocator, StoreAnswer> fetched = fetching.fetch(locators("VAULT", 20), only((path, metadata) -> {
                if (path.equals("7")) {
                    try {
                        never.await();
                    } catch (InterruptedException expected) {
                        interrupted.countDown();
                    }
                }
                return "v" + path;
            }));
            assertThat(await(interrupted)).isTrue();
            assertThat(fetched.get(new SecretLocator("VAULT", "7", "")))
                    .isEqualTo(new Failed(
                            Optional.empty(), "VAULT (path 7902699b): the store did not answer within 2000 ms"));
            assertThat(fetched.values()).filteredOn(Value.class::isInstance).hasSize(19);
        }
    }

    @Test
    void aStoreThatIgnoresTheInterruptionIsNotAskedAgainBeforeItHasReturned() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger stuckCalls = new AtomicInteger();
        LoggableStore stuck = (path, metadata) -> {
            stuckCalls.incrementAndGet();
            boolean free = false;
            while (!free) {
                free = awaitOrIgnore(release);
            }
            return "late";
        };
        LoggableStore well = (path, metadata) -> "v";
        try (StoreClient fetching = new StoreClient(new Timeouts(SHORT, SHORT.plusSeconds(1)))) {
            Set<SecretLocator> locators = new LinkedHashSet<>(locators("STUCK", 30));
            locators.addAll(locators("WELL", 30));
            for (int i = 0; i < 2; i++) {
                Map<SecretLocator, StoreAnswer> fetched =
                        fetching.fetch(locators, prefix -> Optional.of(prefix.equals("STUCK") ? stuck : well));
                assertThat(fetched)
                        .allSatisfy((locator, one) -> assertThat(one)
                                .isInstanceOf(locator.prefix().equals("STUCK") ? Failed.class : Value.class));
                assertThat(stuckCalls.get()).isBetween(1, 8);
            }
            release.countDown();
            assertThat(fetching.fetch(locators("STUCK", 1), only(stuck)).values())
                    .containsExactly(new Value("late"));
        }
    }

    @Test
    void noStoreWaitsForOthersHoweverManyAreSlow() {
        CountDownLatch begun = new CountDownLatch(5 * 8);
        CountDownLatch never = new CountDownLatch(1);
        Set<SecretLocator> slow = new LinkedHashSet<>();
        IntStream.range(0, 5).forEach(store -> slow.addAll(locators("SLOW" + store, 20)));
        try (StoreClient fetching = new StoreClient(new Timeouts(LONG, LONG))) {
            CompletableFuture<Map<SecretLocator, StoreAnswer>> asker = CompletableFuture.supplyAsync(
                    () -> fetching.fetch(
                            slow,
                            prefix -> Optional.of((path, metadata) -> {
                                begun.countDown();
                                blockUntilInterrupted(never);
                                return prefix;
                            })),
                    task -> new Thread(task).start());
            assertThat(await(begun)).isTrue();
            assertThat(fetching.fetch(locators("WELL", 20), only((path, metadata) -> "v"))
                            .values())
                    .hasSize(20)
                    .containsOnly(new Value("v"));
            assertThat(asker).isNotDone();
        }
    }

    @Test
    void anotherPatienceCountsForCallsThatRun() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (StoreClient fetching = new StoreClient(new Timeouts(LONG, LONG))) {
            CompletableFuture<Map<SecretLocator, StoreAnswer>> asker = CompletableFuture.supplyAsync(
                    () -> fetching.fetch(Set.of(P), only((path, metadata) -> {
                        begun.countDown();
                        blockUntilInterrupted(never);
                        return "v";
                    })),
                    task -> new Thread(task).start());
            assertThat(await(begun)).isTrue();
            fetching.configure(new Timeouts(Duration.ofMillis(7), LONG));
            assertThat(asker.join()).isEqualTo(Map.of(P, failed("the store did not answer within 7 ms")));
        }
    }

    @Test
    void whatIsNotAnsweredInTheTimeForAllIsAFailureAndNotAskedLater() {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        LoggableStore store = (path, metadata) -> {
            if (!path.equals("1")) {
                begun.incrementAndGet();
                blockUntilInterrupted(never);
            }
            return "v" + path;
        };
        try (StoreClient fetching = new StoreClient(new Timeouts(LONG, SHORT))) {
            Map<SecretLocator, StoreAnswer> fetched = fetching.fetch(locators("VAULT", 20), only(store));
            assertThat(fetched).hasSize(20);
            assertThat(fetched.get(new SecretLocator("VAULT", "1", ""))).isEqualTo(new Value("v1"));
            assertThat(fetched.values())
                    .filteredOn(Failed.class::isInstance)
                    .hasSize(19)
                    .allSatisfy(one -> assertThat(one.toString()).contains("no answer in the time for all questions"));
            assertThat(fetching.fetch(Set.of(new SecretLocator("VAULT", "1", "")), only(store))
                            .values())
                    .containsExactly(new Value("v1"));
            assertThat(begun).hasValue(8);
        }
    }

    static Stream<Arguments> answers() {
        String limit = "x".repeat(1 << 20);
        return Stream.of(
                arguments(store(() -> "v"), new Value("v")),
                arguments(store(() -> limit), new Value(limit)),
                arguments(store(() -> limit + "x"), failed("the value is longer than 1048576 characters")),
                arguments(store(() -> ""), failed(Reason.EMPTY_RESPONSE)),
                arguments(store(() -> null), failed(Reason.EMPTY_RESPONSE)),
                arguments(refusing(Reason.EMPTY_RESPONSE), failed(Reason.EMPTY_RESPONSE)),
                arguments(refusing(Reason.RETRIEVAL_FAILED), failed(Reason.RETRIEVAL_FAILED)),
                arguments(refusing(Reason.SERVICE_CALL_FAILED), failed(Reason.SERVICE_CALL_FAILED)),
                arguments(refusing(Reason.CLIENT_INITIALIZATION_FAILED), failed(Reason.CLIENT_INITIALIZATION_FAILED)),
                arguments(
                        store(() -> {
                            throw new IllegalStateException("hush p");
                        }),
                        failed("the store failed with java.lang.IllegalStateException")),
                arguments(
                        store(() -> {
                            throw new NoClassDefFoundError("hush p");
                        }),
                        failed("the store failed with java.lang.NoClassDefFoundError")),
                arguments(
                        store(() -> {
                            throw new StackOverflowError("hush p");
                        }),
                        failed("the store failed with java.lang.StackOverflowError")));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void whateverComesOutOfAStoreIsAValueOrAFailureInOurWords(LoggableStore store, StoreAnswer expected) {
        try (StoreClient fetching = new StoreClient(new Timeouts(LONG, LONG))) {
            assertThat(fetching.fetch(Set.of(P), only(store))).isEqualTo(Map.of(P, expected));
        }
    }

    @Test
    void whatAStoreOfOursSaysOfAFailureIsRepeated() {
        try (StoreClient fetching = new StoreClient(new Timeouts(LONG, LONG))) {
            assertThat(fetching.fetch(Set.of(P), only(plainSpoken(refusing(Reason.RETRIEVAL_FAILED)))))
                    .isEqualTo(Map.of(
                            P,
                            new Failed(
                                    Optional.of(Reason.RETRIEVAL_FAILED),
                                    "VAULT (path 148de9c5): " + Reason.RETRIEVAL_FAILED.sentence() + ": hush p")));
        }
    }

    @Test
    void aPrefixWithoutAStoreIsAFailureOfItsReferencesAlone() {
        List<String> wanted = new ArrayList<>();
        Set<SecretLocator> locators = new LinkedHashSet<>(locators("FOO", 2));
        locators.add(P);
        try (StoreClient fetching = new StoreClient(new Timeouts(LONG, LONG))) {
            Map<SecretLocator, StoreAnswer> fetched = fetching.fetch(locators, prefix -> {
                wanted.add(prefix);
                return prefix.equals("FOO") ? Optional.empty() : Optional.of((path, metadata) -> "v");
            });
            assertThat(fetched)
                    .hasSize(3)
                    .containsEntry(P, new Value("v"))
                    .containsEntry(
                            new SecretLocator("FOO", "1", ""),
                            new Failed(Optional.empty(), "there is no token store for FOO"));
            assertThat(wanted).containsExactlyInAnyOrder("FOO", "VAULT");
        }
    }

    @Test
    void nothingToAskIsAnsweredWithNothing() {
        try (StoreClient fetching = new StoreClient(new Timeouts(LONG, LONG))) {
            assertThat(fetching.fetch(Set.of(), prefix -> Optional.empty())).isEmpty();
        }
    }

    @Test
    void anInterruptionEndsTheWaitAndStaysSet() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CompletableFuture<String> outcome = new CompletableFuture<>();
        try (StoreClient fetching = new StoreClient(new Timeouts(LONG, LONG))) {
            Thread asker = new Thread(() -> {
                Map<SecretLocator, StoreAnswer> fetched = fetching.fetch(Set.of(P), only((path, metadata) -> {
                    begun.countDown();
                    blockUntilInterrupted(new CountDownLatch(1));
                    interrupted.countDown();
                    return "v";
                }));
                outcome.complete(Thread.currentThread().isInterrupted() + " " + fetched.get(P));
            });
            asker.start();
            assertThat(await(begun)).isTrue();
            asker.interrupt();
            assertThat(outcome.join()).startsWith("true Failed").contains("whoever asked was interrupted");
            assertThat(await(interrupted)).isTrue();
        }
    }

    @Test
    void closingInterruptsCallsAndEndsEveryWait() {
        CountDownLatch begun = new CountDownLatch(8);
        CountDownLatch interrupted = new CountDownLatch(8);
        StoreClient fetching = new StoreClient(new Timeouts(LONG, LONG));
        CompletableFuture<Map<SecretLocator, StoreAnswer>> asker = CompletableFuture.supplyAsync(
                () -> fetching.fetch(locators("VAULT", 20), only((path, metadata) -> {
                    begun.countDown();
                    blockUntilInterrupted(new CountDownLatch(1));
                    interrupted.countDown();
                    return "v";
                })),
                task -> new Thread(task).start());
        assertThat(await(begun)).isTrue();
        fetching.close();
        assertThat(asker.join().values())
                .hasSize(20)
                .allSatisfy(one -> assertThat(one.toString()).contains("token stores are being stopped"));
        assertThat(await(interrupted)).isTrue();
        assertThat(fetching.fetch(Set.of(P), only((path, metadata) -> "v"))
                        .get(P)
                        .toString())
                .contains("token stores are being stopped");
    }

    @Test
    void storesAreAskedOnDaemonThreadsThatKnowNoBundle() {
        CompletableFuture<Thread> seen = new CompletableFuture<>();
        CompletableFuture<ClassLoader> loader = new CompletableFuture<>();
        try (StoreClient fetching = new StoreClient(new Timeouts(LONG, LONG))) {
            fetching.fetch(Set.of(P), only((path, metadata) -> {
                loader.complete(Thread.currentThread().getContextClassLoader());
                seen.complete(Thread.currentThread());
                return "v";
            }));
        }
        assertThat(seen.join().isDaemon()).isTrue();
        assertThat(seen.join().getName()).startsWith("lumid-tokenstore-");
        assertThat(loader.join()).isSameAs(ClassLoader.getPlatformClassLoader());
    }

    private static Set<SecretLocator> locators(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new SecretLocator(prefix, "" + i, ""))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Function<String, Optional<LoggableStore>> only(LoggableStore store) {
        return prefix -> Optional.of(store);
    }

    private static LoggableStore plainSpoken(LoggableStore store) {
        return new LoggableStore() {
            @Override
            public String value(String path, String metadata) throws TokenStoreException {
                return store.value(path, metadata);
            }

            @Override
            public String loggableMessage(TokenStoreException refusal) {
                return refusal.getMessage();
            }
        };
    }

    private static LoggableStore store(Supplier<String> answer) {
        return (path, metadata) -> answer.get();
    }

    private static LoggableStore refusing(Reason reason) {
        return (path, metadata) -> {
            throw new TokenStoreException(reason, "hush " + path);
        };
    }

    private static Failed failed(Reason reason) {
        return new Failed(Optional.of(reason), "VAULT (path 148de9c5): " + reason.sentence());
    }

    private static Failed failed(String sentence) {
        return new Failed(Optional.empty(), "VAULT (path 148de9c5): " + sentence);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(120, TimeUnit.SECONDS);
        } catch (InterruptedException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    private static boolean awaitOrIgnore(CountDownLatch latch) {
        try {
            return latch.await(120, TimeUnit.SECONDS);
        } catch (InterruptedException ignored) {
            return false;
        }
    }

    private static void blockUntilInterrupted(CountDownLatch never) {
        try {
            never.await();
        } catch (InterruptedException expected) {
            Thread.currentThread().interrupt();
        }
    }
}
