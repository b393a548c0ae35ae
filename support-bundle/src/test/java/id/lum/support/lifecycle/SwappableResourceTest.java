package id.lum.support.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import id.lum.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SwappableResourceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        callers.shutdownNow();
    }

    private static final class Resource implements Stoppable {
        private final String name;
        private final CountDownLatch closing = new CountDownLatch(1);
        private volatile boolean closed;

        Resource(String name) {
            this.name = name;
        }

        String use() {
            if (closed) {
                throw new IllegalStateException(name + " was used after its close");
            }
            return name;
        }

        @Override
        public void close(StopDeadline deadline) {
            closed = true;
            closing.countDown();
        }

        void awaitClose() throws InterruptedException {
            Await.latch(closing);
        }
    }

    @Test
    void theNextServesAtOnceAndTheOldOneClosesAfterItsLastLease() throws Exception {
        Resource old = new Resource("old");
        SwappableResource<Resource> live = new SwappableResource<>("test", old, PATIENCE);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Future<String> lease = callers.submit(() -> live.withResource(resource -> {
            inside.countDown();
            Await.latch(go);
            return resource.use();
        }));
        Await.latch(inside);
        live.replace(new Resource("new"));
        assertThat(live.<String>withResource(Resource::use)).isEqualTo("new");
        assertThat(old.closed).isFalse();
        go.countDown();
        assertThat(Await.result(lease)).isEqualTo("old");
        old.awaitClose();
    }

    @Test
    void whileReopeningCallsWaitAndTheOldOneIsClosedBeforeTheNextIsOpened() throws Exception {
        Resource old = new Resource("old");
        SwappableResource<Resource> live = new SwappableResource<>("test", old, PATIENCE);
        CompletableFuture<String> during = new CompletableFuture<>();
        live.reopen(
                () -> {
                    assertThat(old.closed).isTrue();
                    callers.submit(() -> during.complete(live.withResource(Resource::use)));
                    assertThat(during).isNotDone();
                    return new Resource("new");
                },
                () -> new Resource("fallback"));
        assertThat(Await.result(during)).isEqualTo("new");
    }

    @Test
    void whatCannotBeReopenedFallsBack() {
        SwappableResource<Resource> live = new SwappableResource<>("test", new Resource("old"), PATIENCE);
        assertThatThrownBy(() -> live.reopen(
                        () -> {
                            throw new IOException("no");
                        },
                        () -> new Resource("fallback")))
                .hasMessage("no");
        assertThat(live.<String>withResource(Resource::use)).isEqualTo("fallback");
    }

    @Test
    void aCallThatWaitsTooLongForAReopeningIsAFailureNotAnAnswer() throws Exception {
        SwappableResource<Resource> live = new SwappableResource<>("test", new Resource("old"), Duration.ZERO);
        live.reopen(
                () -> {
                    assertThatIllegalStateException()
                            .isThrownBy(() -> live.withResource(Resource::use))
                            .withMessage("test is not back from being reopened.");
                    return new Resource("new");
                },
                () -> new Resource("fallback"));
    }

    @Test
    void whatCanBeReopenedNeitherWayRefusesCallsAtOnceAlsoThoseThatWaitUntilThereIsAnother() throws Exception {
        SwappableResource<Resource> live = new SwappableResource<>("test", new Resource("old"), Duration.ofDays(1));
        CompletableFuture<Throwable> waiting = new CompletableFuture<>();
        Thread caller = new Thread(() -> waiting.complete(catchThrowable(() -> live.withResource(Resource::use))));
        caller.setDaemon(true);
        assertThatThrownBy(() -> live.reopen(
                        () -> {
                            caller.start();
                            Await.until("it waits", () -> caller.getState() == Thread.State.TIMED_WAITING);
                            throw new IOException("no");
                        },
                        () -> {
                            throw new IOException("neither");
                        }))
                .hasMessage("no");
        assertThat(Await.result(waiting)).hasMessage("test could not be reopened.");
        assertThat(Await.result(callers.submit(() -> catchThrowable(() -> live.withResource(Resource::use)))))
                .hasMessage("test could not be reopened.");
        live.replace(new Resource("new"));
        assertThat(live.<String>withResource(Resource::use)).isEqualTo("new");
    }

    @Test
    void anExchangeAwaitsTheLastLeaseAndMayKeepTheResource() throws Exception {
        Resource old = new Resource("old");
        SwappableResource<Resource> live = new SwappableResource<>("test", old, PATIENCE);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        callers.submit(() -> live.withResource(resource -> {
            inside.countDown();
            Await.latch(go);
            left.set(true);
            return resource.use();
        }));
        Await.latch(inside);
        CompletableFuture<String> during = new CompletableFuture<>();
        Future<?> exchange = callers.submit(() -> live.exchange(resource -> {
            assertThat(left).isTrue();
            callers.submit(() -> during.complete(live.withResource(Resource::use)));
            assertThat(during).isNotDone();
            return resource;
        }));
        assertThat(exchange).isNotDone();
        go.countDown();
        Await.result(exchange);
        assertThat(Await.result(during)).isEqualTo("old");
        assertThat(old.closed).isFalse();
        live.exchange(resource -> new Resource("new"));
        assertThat(live.<String>withResource(Resource::use)).isEqualTo("new");
        assertThat(old.closed).isTrue();
    }

    @Test
    void theNextServesThoughTheOneThatAnExchangeReplacesCannotBeClosed() {
        Stoppable next = deadline -> {};
        SwappableResource<Stoppable> live = new SwappableResource<>(
                "test",
                deadline -> {
                    throw new IllegalStateException("It hangs.");
                },
                PATIENCE);
        live.exchange(old -> next);
        assertThat(live.<Stoppable>withResource(resource -> resource)).isSameAs(next);
    }

    @Test
    void anExchangeThatFailsLeavesTheResourceInPlace() {
        SwappableResource<Resource> live = new SwappableResource<>("test", new Resource("old"), PATIENCE);
        assertThatIllegalStateException()
                .isThrownBy(() -> live.exchange(resource -> {
                    throw new IllegalStateException("It cannot be left.");
                }));
        assertThat(live.<String>withResource(Resource::use)).isEqualTo("old");
    }

    @Test
    void closingDoesNotWaitForALeaseAndLaterCallsThrow() throws Exception {
        Resource resource = new Resource("it");
        SwappableResource<Resource> live = new SwappableResource<>("test", resource, PATIENCE);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        callers.submit(() -> live.withResource(used -> {
            inside.countDown();
            Await.latch(go);
            return used;
        }));
        Await.latch(inside);
        live.close();
        assertThat(resource.closed).isTrue();
        assertThatIllegalStateException()
                .isThrownBy(() -> live.withResource(Resource::use))
                .withMessage("test is closed.");
        go.countDown();
        live.close();
    }

    @Test
    void aCloseWaitsUntilItsDeadlineForAReplacedResourceThatIsStillClosing() {
        CountDownLatch go = new CountDownLatch(1);
        AtomicBoolean closed = new AtomicBoolean();
        Stoppable slow = unhurried -> {
            Await.latch(go);
            closed.set(true);
        };
        SwappableResource<Stoppable> live = new SwappableResource<>("test", slow, PATIENCE);
        live.replace(deadline -> {});
        // Time passes whenever somebody looks at the clock.
        AtomicLong now = new AtomicLong();
        StopDeadline deadline = StopDeadline.within(Duration.ofSeconds(1), () -> now.addAndGet(100_000_000));
        live.close(deadline);
        assertThat(deadline.left()).as("it has waited until the deadline").isZero();
        assertThat(closed).isFalse();
        go.countDown();
        live.close();
        assertThat(closed).isTrue();
    }

    @Test
    void manyCallersNeverMeetAClosedResourceThroughManyReplacements() throws Exception {
        SwappableResource<Resource> live = new SwappableResource<>("test", new Resource("r0"), PATIENCE);
        AtomicBoolean over = new AtomicBoolean();
        LongAdder uses = new LongAdder();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            running.add(callers.submit(() -> {
                while (!over.get()) {
                    live.withResource(Resource::use);
                    uses.increment();
                }
            }));
        }
        AtomicInteger names = new AtomicInteger();
        for (int i = 0; i < 300; i++) {
            long before = uses.sum();
            if (i % 3 == 0) {
                live.reopen(() -> new Resource("r" + names.incrementAndGet()), () -> new Resource("fallback"));
            } else {
                live.replace(new Resource("r" + names.incrementAndGet()));
            }
            Await.until(
                    "it is used",
                    () -> uses.sum() >= before + 20 || running.stream().anyMatch(Future::isDone));
        }
        over.set(true);
        for (Future<?> caller : running) {
            Await.result(caller);
        }
    }
}
