package id.lum.flowmesh.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import id.lum.flowmesh.internal.outbox.Outbox;
import id.lum.flowmesh.internal.outbox.Outboxes;
import id.lum.flowmesh.internal.runmesh.RunmeshClient;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.sqlite.JournalMode;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import java.io.BufferedReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ends the thread that delivers, and what does not. */
class DeliveryEndTest {
    private static final int CLOSES = Integer.getInteger("lumid.closes", 2000);

    @TempDir
    Path folder;

    private Path path() {
        return folder.resolve("outbox.sqlite");
    }

    @Test
    void ofTwoThousandClosesWhileRowsComeNoneWaitsForItsBound() {
        Clock clock = Clock.systemUTC();
        AtomicReference<DeliveryLoop> current = new AtomicReference<>();
        AtomicBoolean over = new AtomicBoolean();
        Thread waker = new Thread(() -> {
            while (!over.get()) {
                Optional.ofNullable(current.get()).ifPresent(DeliveryLoop::wake);
                Thread.onSpinWait();
            }
        });
        int late = 0;
        try (RunmeshClient client = new RunmeshClient(clock);
                Outbox outbox = Outbox.open(Outboxes.settings(path(), JournalMode.WAL), clock, () -> {})) {
            waker.start();
            for (int i = 0; i < CLOSES; i++) {
                DeliveryLoop loop = new DeliveryLoop(
                        outbox,
                        client,
                        who -> Optional.empty(),
                        clock,
                        new Random(i),
                        DeliveryPolicy.NONE_YET,
                        new WakeUp());
                loop.start();
                current.set(loop);
                for (int spins = i % 500; spins > 0; spins--) {
                    Thread.onSpinWait();
                }
                current.set(null);
                loop.close();
                late += loop.hasEnded() ? 0 : 1;
            }
        } finally {
            over.set(true);
        }
        assertThat(late).isZero();
    }

    @Test
    void aDeliveryThatHangsIsLeftBehindWhenTheDeadlineComesAndItsOutboxIsClosed() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try (Delivery delivery = new Delivery(folder)) {
            delivery.directory(who -> {
                hanging.countDown();
                awaitQuietly(released);
                return "bob@example.com";
            });
            delivery.emitWithoutEmail("bob", "t1");
            Await.latch(hanging);
            // Time passes whenever somebody looks at the clock.
            AtomicLong now = new AtomicLong();
            StopDeadline deadline = StopDeadline.within(Duration.ofSeconds(1), () -> now.addAndGet(10_000_000));

            delivery.deliveredOutbox().close(deadline);
            assertThat(delivery.loop().hasEnded()).as("it still hangs").isFalse();
            assertThat(deadline.left()).as("what is left for others").isLessThan(Duration.ofMillis(750));
            Outbox.open(Outboxes.settings(path(), JournalMode.WAL), Clock.systemUTC(), () -> {})
                    .close();
            released.countDown();
            Await.until("it ends", delivery.loop()::hasEnded);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anErrorOfTheDirectoryAndOneOfTheLogAtOnceDoNotEndTheDelivery() {
        PrintStream before = System.err;
        AtomicBoolean metInTheLog = new AtomicBoolean();
        try (Delivery delivery = new Delivery(folder)) {
            delivery.directory(who -> {
                throw new OutOfMemoryError("of the test");
            });
            delivery.emitWithoutEmail("bob", "t1");
            System.setErr(new PrintStream(OutputStream.nullOutputStream()) {
                @Override
                public void println(String line) {
                    metInTheLog.set(Thread.currentThread().getName().startsWith("usage row delivery"));
                    throw new OutOfMemoryError("of the log");
                }
            });
            delivery.loop().wake();
            Await.until("the log fails", metInTheLog::get);
            System.setErr(before);
            assertThat(delivery.loop().hasEnded()).isFalse();
            delivery.directory(Map.of("bob", "bob@example.com")::get);
            delivery.passUntil(
                    "it is delivered",
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1),
                    () -> delivery.outbox().isEmpty());
        } finally {
            System.setErr(before);
        }
    }

    @Test
    void anErrorThatStaysIsLoggedOnce() {
        try (Delivery delivery = new Delivery(folder);
                CapturedLog log = new CapturedLog()) {
            delivery.directory(who -> {
                throw new StackOverflowError("of the test");
            });
            for (int i = 0; i < 5; i++) {
                delivery.emitWithoutEmail("bob", "t" + i);
                int met = i + 1;
                Await.until("it is met", () -> occurrences(log.text(), "of the test") >= met);
            }
            assertThat(log.linesWith("met something unexpected")).hasSize(1);
            delivery.directory(Map.of("bob", "bob@example.com")::get);
            delivery.passUntil(
                    "all are delivered",
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1),
                    () -> delivery.outbox().isEmpty());
        }
    }

    private static long occurrences(String text, String part) {
        return text.lines().filter(line -> line.contains(part)).count();
    }

    @Test
    void anOpenThatFailsInTheMiddleLeavesTheFileForTheNextOne() {
        Clock failing = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                throw new NoClassDefFoundError("of the test");
            }
        };
        try (RunmeshClient client = new RunmeshClient(Clock.systemUTC())) {
            assertThatThrownBy(() -> open(client, failing)).isInstanceOf(NoClassDefFoundError.class);
            open(client, Clock.systemUTC()).close();
        }
    }

    private DeliveredOutbox open(RunmeshClient client, Clock clock) {
        return DeliveredOutbox.open(
                Outboxes.settings(path(), JournalMode.WAL),
                client,
                who -> Optional.empty(),
                clock,
                DeliveryPolicy.NONE_YET);
    }

    /** In a JVM of its own: opens an outbox and its delivery, and closes them. */
    public static void main(String[] args) {
        try (RunmeshClient client = new RunmeshClient(Clock.systemUTC())) {
            DeliveryEndTest test = new DeliveryEndTest();
            test.folder = Path.of(args[0]);
            test.open(client, Clock.systemUTC()).close();
            Children.say("opened and closed");
        }
    }

    @Test
    void billingOpensOnARuntimeOfTheModulesOfJavaSeAlone() throws Exception {
        Process child = Children.start(
                DeliveryEndTest.class, List.of("--limit-modules", "java.se,jdk.unsupported"), folder.toString());
        try (BufferedReader out = child.inputReader()) {
            assertThat(out.readLine()).isEqualTo("opened and closed");
        }
        assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isZero();
    }
}
