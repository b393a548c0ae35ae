package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import id.lum.fakes.FakeLumid.Mode;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.testing.Await;
import id.lum.traffic.ExpectedState;
import id.lum.traffic.Report;
import id.lum.traffic.Traffic;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.Test;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;

/**
 * Both hosts serve while a lum.id answers a part of the questions in every wrong way there is, and while adapters and
 * core are replaced. Afterwards the container holds no more descriptors, threads, heap and class loaders than before.
 */
public class SoakIT extends HookTestSupport {
    private static final Duration BETWEEN_SWAPS = Duration.ofSeconds(2);
    private static final int CALLERS = 2;
    private static final int HOSTILE_CALLERS = 4;
    /** Answers that only a timeout ends; one of so many questions is about them. */
    private static final Set<Mode> SLOW = EnumSet.of(Mode.SILENT, Mode.HUGE, Mode.DRIPPING_BODY, Mode.DRIPPING_HEAD);

    private static final int ONE_IS_SLOW_OF = 100;
    /** Pools may hold some idle connections more than at the first look. */
    private static final long DESCRIPTORS_SPARE = 32;
    /** What the callers themselves remember grows with the length of the soak. */
    private static final double HEAP_SPARE = 1.5;

    @Override
    protected Option also() {
        return composite(
                jar("lumid.traffic"),
                jar("lumid.fakes"),
                systemProperty("lumid.soak.seconds").value(System.getProperty("lumid.soak.seconds", "10")));
    }

    private static Option jar(String property) {
        return bundle(Path.of(System.getProperty(property)).toUri().toString());
    }

    @Test
    public void malformedAnswersAndSwapsLeaveNoDescriptorThreadHeapOrLoaderBehind() throws Exception {
        Duration length = Duration.ofSeconds(Integer.getInteger("lumid.soak.seconds"));
        try (FireSite site = new FireSite(container, configurations, data())) {
            // The first calls load classes and fills pools.
            soak(site, Duration.ofSeconds(5));
            ThreadCensus threads = ThreadCensus.now();
            Map<String, Long> descriptors = descriptors();
            long heap = heapAfterCollection();
            ReplacedClasses replaced = soak(site, length);
            replaced.awaitGone();
            threads.awaitNoMore();
            awaitNoMore(descriptors);
            long after = heapAfterCollection();
            System.out.printf(
                    "soak of %d s: descriptors %d -> %d, heap after collection %d -> %d KiB, loaders of %d replaced "
                            + "bundles gone, no thread more%n",
                    length.toSeconds(),
                    sum(descriptors),
                    sum(descriptors()),
                    heap >> 10,
                    after >> 10,
                    replaced.count());
            assertEquals("heap after collection, " + heap + " -> " + after, true, after < heap * HEAP_SPARE);
        }
    }

    private static void awaitNoMore(Map<String, Long> before) throws Exception {
        try {
            Await.until(
                    "there are about as many descriptors as before",
                    () -> sum(descriptors()) <= sum(before) + DESCRIPTORS_SPARE);
        } catch (AssertionError inVain) {
            throw new AssertionError("There are more descriptors than before: " + more(before, descriptors()));
        }
    }

    private ReplacedClasses soak(FireSite site, Duration length) throws Exception {
        Traffic flowmesh = Traffic.start(site.flowmesh(), FireSite.SCRIPT, CALLERS);
        Traffic lumilake = Traffic.start(site.lumilake(), FireSite.SCRIPT, CALLERS, new ExpectedState(""));
        ReplacedClasses replaced = new ReplacedClasses();
        AtomicBoolean over = new AtomicBoolean();
        Map<Mode, AtomicLong> refused = new ConcurrentHashMap<>();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        Map<String, String> emitted = new ConcurrentHashMap<>();
        ExecutorService callers = Executors.newFixedThreadPool(HOSTILE_CALLERS + 1);
        try {
            for (int i = 0; i < HOSTILE_CALLERS; i++) {
                int first = i;
                callers.execute(() -> askAboutMalformedTokens(site, first, over, refused, wrong));
            }
            callers.execute(() -> emitUsage(site, over, emitted, wrong));
            long end = System.nanoTime() + length.toNanos();
            List<String> names = List.of(FireSite.FLOWMESH, FireSite.LUMILAKE, FireSite.CORE);
            for (int i = 0; System.nanoTime() < end; i++) {
                long next = System.nanoTime() + BETWEEN_SWAPS.toNanos();
                Bundle bundle = site.bundle(names.get(i % names.size()));
                if (bundle.getSymbolicName().equals(FireSite.CORE)) {
                    // An update of the core needs a refresh, which FireIT makes.
                    bundle.stop();
                    bundle.start();
                } else {
                    replaced.note(bundle);
                    bundle.update();
                }
                flowmesh.round();
                lumilake.round();
                while (System.nanoTime() < next) {
                    TimeUnit.NANOSECONDS.sleep(Math.max(1, next - System.nanoTime()));
                }
            }
        } finally {
            over.set(true);
            callers.shutdown();
            if (!callers.awaitTermination(Await.BOUND.toSeconds(), TimeUnit.SECONDS)) {
                wrong.add("a caller did not come back");
            }
        }
        List<Report> reports = List.of(flowmesh.stop(), lumilake.stop());
        for (Report report : reports) {
            assertEquals(List.of(), report.trouble());
            assertEquals(0, report.failed() + report.wrong() + report.wrongAllows());
        }
        assertEquals(List.of(), List.copyOf(wrong));
        Await.until(
                "every row is billed",
                Duration.ofSeconds(120),
                () -> site.runmesh().ledger().amounts().keySet().containsAll(emitted.keySet()));
        System.out.printf(
                "  calls %d, rows %d, refused for malformed answers %s%n",
                reports.stream().mapToLong(Report::calls).sum(), emitted.size(), new TreeMap<>(refused));
        return replaced;
    }

    private static void askAboutMalformedTokens(
            FireSite site, int first, AtomicBoolean over, Map<Mode, AtomicLong> refused, Queue<String> wrong) {
        List<Mode> slow = List.copyOf(SLOW);
        List<Mode> quick = new ArrayList<>(EnumSet.complementOf(EnumSet.of(Mode.NORMAL, Mode.SLOW)));
        quick.removeAll(slow);
        Stream.concat(slow.stream(), quick.stream())
                .forEach(mode -> site.lumid().mode(token(mode), mode));
        for (int i = first; !over.get(); i++) {
            List<Mode> modes = i % ONE_IS_SLOW_OF == 0 ? slow : quick;
            Mode mode = modes.get(ThreadLocalRandom.current().nextInt(modes.size()));
            try {
                wrong.add(mode + " was let in as " + site.flowmesh().authenticate(token(mode)));
            } catch (HookRejection rejection) {
                if (rejection.status() == 503) {
                    refused.computeIfAbsent(mode, one -> new AtomicLong()).incrementAndGet();
                } else {
                    wrong.add(mode + " was refused with " + rejection.status());
                }
            }
        }
    }

    private static String token(Mode mode) {
        return "soak-" + mode;
    }

    /** Ten rows a second: as many as the callers can remember without being what fills the heap. */
    private static void emitUsage(FireSite site, AtomicBoolean over, Map<String, String> emitted, Queue<String> wrong) {
        PrincipalContext payer = FireSite.owner(site.flowmesh());
        String run = Long.toString(System.nanoTime(), 36);
        for (int i = 0; !over.get(); i++) {
            String task = "soak-" + run + "-" + i;
            try {
                site.flowmesh()
                        .emit(List.of(new UsageRow(
                                payer.orgId(),
                                payer.principalId(),
                                Optional.of("acme"),
                                Instant.now(),
                                new BigDecimal("0.01"),
                                task,
                                1,
                                1,
                                "DONE")));
                emitted.put(task, "0.01");
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (HookRejection rejection) {
                wrong.add("usage was refused with " + rejection.status());
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    /** How many of each kind of file are open, on Linux; elsewhere none are counted. */
    private static Map<String, Long> descriptors() throws IOException {
        Map<String, Long> kinds = new TreeMap<>();
        Path all = Path.of("/proc/self/fd");
        if (Files.isDirectory(all)) {
            for (String name : Objects.requireNonNull(all.toFile().list())) {
                kinds.merge(kind(all.resolve(name)), 1L, Long::sum);
            }
        }
        return kinds;
    }

    private static String kind(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("/")
                    ? target.replaceAll(".*/", "").replaceAll("\\d+", "N")
                    : target.replaceAll(":.*", "");
        } catch (IOException closedMeanwhile) {
            return "closed";
        }
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<String, String> more(Map<String, Long> before, Map<String, Long> after) {
        Map<String, String> more = new TreeMap<>();
        after.forEach((kind, count) -> {
            long earlier = before.getOrDefault(kind, 0L);
            if (count > earlier) {
                more.put(kind, earlier + " -> " + count);
            }
        });
        return more;
    }

    private static long heapAfterCollection() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
