package id.lum.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures every operation beside its peer and prints which targets are met. Takes the size as its argument:
 * {@code small} with up to 100,000 grants, or {@code full} with a million, too.
 *
 * <p>Ratios count, within one run of one machine: an operation and its peer meet the same disk and the same neighbours.
 */
public final class Suite {
    /** Some benchmarks measured together: everything a target compares is in one run, or in two that follow. */
    private record Run(String name, List<String> benchmarks, Map<String, String> parameters, int threads) {}

    private static final List<Run> SMALL = List.of(
            new Run(
                    "1k",
                    List.of("RequireBenchmark.(require|requireAllowed|requireDenied|peerMap|peerSqlite)"),
                    Map.of("grants", "1000", "cached", "100000"),
                    1),
            new Run(
                    "100k",
                    List.of("RequireBenchmark.(require|layerGrant|peerMap|peerSqlite)"),
                    Map.of("grants", "100000", "cached", "1000000"),
                    1),
            new Run(
                    "100k-2",
                    List.of("RequireBenchmark.(require|peerMap)"),
                    Map.of("grants", "100000", "cached", "1000000"),
                    2),
            new Run(
                    "100k-8",
                    List.of("RequireBenchmark.(require|peerMap)"),
                    Map.of("grants", "100000", "cached", "1000000"),
                    8),
            new Run("felix", List.of("FelixBenchmark.(require|peerMap)"), Map.of("grants", "100000"), 1),
            // Those do not depend on the grants, which take long to make.
            new Run(
                    "felix-1k",
                    List.of("FelixBenchmark.(resolve|peerSha256|viewAlone|peerDirect)"),
                    Map.of("grants", "1000"),
                    1),
            new Run(
                    "131k",
                    List.of("RequireBenchmark.(require|peerSqlite)"),
                    Map.of("grants", "131000", "cached", "100000"),
                    1),
            new Run(
                    "first",
                    List.of("RequireBenchmark.(require|peerSqlite)"),
                    Map.of("grants", "100000", "cached", "0"),
                    1),
            new Run("libraries", List.of("LibrariesBenchmark.\\w+"), Map.of(), 1),
            new Run("token", List.of("ResolveBenchmark.(resolve|peerSha256)"), Map.of(), 1),
            new Run("ids", List.of("AccessibleIdsBenchmark.\\w+"), Map.of(), 1),
            new Run(
                    "row",
                    List.of("RegisterBenchmark.(ours|bareCommit|bareCommitByAnotherThread|bareCommitOfHundred)"),
                    Map.of(),
                    1),
            new Run("row-100", List.of("RegisterBenchmark.oursHundredCallers"), Map.of(), 100),
            new Run("sweep", List.of("ReconcileBenchmark.\\w+"), Map.of("rows", "100000"), 1),
            new Run("open", List.of("OpenBenchmark.\\w+"), Map.of("rows", "100000"), 1),
            new Run("emit", List.of("EmitBenchmark.\\w+"), Map.of("principals", "10"), 1),
            new Run("deliver-100", List.of("DeliveryBenchmark.\\w+"), Map.of("rows", "100", "principals", "SKEWED"), 1),
            new Run(
                    "deliver-10k",
                    List.of("DeliveryBenchmark.\\w+"),
                    Map.of("rows", "10000", "principals", "SKEWED"),
                    1),
            new Run(
                    "deliver-one",
                    List.of("DeliveryBenchmark.(deliver|clientLoop)"),
                    Map.of("rows", "10000", "principals", "ONE"),
                    1));

    private static final List<Run> FULL = List.of(
            new Run(
                    "1M",
                    List.of("RequireBenchmark.(require|requireAllowed|requireDenied|layerGrant|peerMap|peerSqlite)"),
                    Map.of("grants", "1000000", "cached", "1000000"),
                    1),
            new Run(
                    "1M-8",
                    List.of("RequireBenchmark.(require|peerMap)"),
                    Map.of("grants", "1000000", "cached", "1000000"),
                    8),
            new Run("felix-1M", List.of("FelixBenchmark.(require|peerMap)"), Map.of("grants", "1000000"), 1),
            new Run("sweep-1M", List.of("ReconcileBenchmark.\\w+"), Map.of("rows", "1000000"), 1),
            new Run("open-1M", List.of("OpenBenchmark.\\w+"), Map.of("rows", "1000000"), 1));

    /** Of a figure that no target bounds. */
    private static final double NO_TARGET = Double.POSITIVE_INFINITY;

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private static final List<Target> SMALL_TARGETS = List.of(
            new Target.Ratio("require, 1k grants", "1k/RequireBenchmark.require", "1k/RequireBenchmark.peerMap", 5),
            new Target.Figure("require, allowed", "1k/RequireBenchmark.requireAllowed", ALLOCATED, 300, "B"),
            new Target.Figure("require, denied", "1k/RequireBenchmark.requireDenied", ALLOCATED, 600, "B"),
            new Target.Ratio(
                    "require, 100k grants", "100k/RequireBenchmark.require", "100k/RequireBenchmark.peerMap", 1.2),
            new Target.Ratio(
                    "require, 100k grants, two threads, time of each call",
                    "100k-2/RequireBenchmark.require",
                    "100k/RequireBenchmark.require",
                    2 / 1.7),
            new Target.Ratio(
                    "the map, two threads, time of each call (for comparison)",
                    "100k-2/RequireBenchmark.peerMap",
                    "100k/RequireBenchmark.peerMap",
                    2 / 1.7),
            new Target.Ratio(
                    "require, 100k grants, eight threads",
                    "100k-8/RequireBenchmark.require",
                    "100k-8/RequireBenchmark.peerMap",
                    1.2),
            new Target.Ratio(
                    "require, 100k grants, through the hook service in Felix",
                    "felix/FelixBenchmark.require",
                    "felix/FelixBenchmark.peerMap",
                    1.2),
            new Target.Difference(
                    "the composed view alone",
                    "felix-1k/FelixBenchmark.viewAlone",
                    "felix-1k/FelixBenchmark.peerDirect",
                    60,
                    "ns beside the checker"),
            new Target.Ratio(
                    "resolve, cached, through the hook service in Felix",
                    "felix-1k/FelixBenchmark.resolve",
                    "felix-1k/FelixBenchmark.peerSha256",
                    4),
            new Target.Ratio(
                    "require, 131k questions over a cache of 100k",
                    "131k/RequireBenchmark.require",
                    "131k/RequireBenchmark.peerSqlite",
                    2),
            new Target.Ratio(
                    "require, first touch", "first/RequireBenchmark.require", "first/RequireBenchmark.peerSqlite", 1.5),
            new Target.Ratio(
                    "require beside a prepared statement",
                    "100k/RequireBenchmark.require",
                    "100k/RequireBenchmark.peerSqlite",
                    1 / 13.0),
            new Target.Ratio(
                    "require beside jCasbin, 1k grants",
                    "1k/RequireBenchmark.require",
                    "libraries/LibrariesBenchmark.peerJcasbin",
                    1),
            new Target.Ratio(
                    "require beside Apache Shiro, 1k grants",
                    "1k/RequireBenchmark.require",
                    "libraries/LibrariesBenchmark.peerShiro",
                    1),
            new Target.Ratio(
                    "resolve, cached", "token/ResolveBenchmark.resolve", "token/ResolveBenchmark.peerSha256", 4),
            new Target.Ratio(
                    "accessible ids, 100k, contains",
                    "ids/AccessibleIdsBenchmark.contains",
                    "ids/AccessibleIdsBenchmark.peerHashSet",
                    0.2),
            new Target.Ratio(
                    "accessible ids, 100k, walked",
                    "ids/AccessibleIdsBenchmark.walked",
                    "ids/AccessibleIdsBenchmark.peerHashSet",
                    1),
            new Target.Figure(
                    "accessible ids, 100k, after the own register",
                    "ids/AccessibleIdsBenchmark.register",
                    "more",
                    2,
                    "us more than after another's"),
            new Target.Ratio(
                    "register, 1 caller", "row/RegisterBenchmark.ours", "row/RegisterBenchmark.bareCommit", 1.5),
            new Target.Ratio(
                    "register, 1 caller, beside a commit by another thread",
                    "row/RegisterBenchmark.ours",
                    "row/RegisterBenchmark.bareCommitByAnotherThread",
                    NO_TARGET),
            new Target.Ratio(
                    "register, 100 callers, a row",
                    "row-100/RegisterBenchmark.oursHundredCallers",
                    "row/RegisterBenchmark.ours",
                    0.07),
            new Target.Ratio(
                    "register, 100 callers, a row beside SQL's own group",
                    "row-100/RegisterBenchmark.oursHundredCallers",
                    "row/RegisterBenchmark.bareCommitOfHundred",
                    2),
            new Target.Ratio(
                    "reconcile of 100k", "sweep/ReconcileBenchmark.ours", "sweep/ReconcileBenchmark.plainSql", 1),
            new Target.Figure(
                    "register meanwhile, p50", "sweep/ReconcileBenchmark.oursMeanwhile", "registerP50", 10, "ms"),
            new Target.Figure(
                    "register meanwhile, p99", "sweep/ReconcileBenchmark.oursMeanwhile", "registerP99", 100, "ms"),
            new Target.Figure(
                    "register meanwhile, p99.9",
                    "sweep/ReconcileBenchmark.oursMeanwhile",
                    "registerP999",
                    NO_TARGET,
                    "ms"),
            new Target.Figure(
                    "require meanwhile, p50", "sweep/ReconcileBenchmark.oursMeanwhile", "requireP50", NO_TARGET, "ms"),
            new Target.Figure(
                    "require meanwhile, p99", "sweep/ReconcileBenchmark.oursMeanwhile", "requireP99", NO_TARGET, "ms"),
            new Target.Figure(
                    "require meanwhile, p99.9",
                    "sweep/ReconcileBenchmark.oursMeanwhile",
                    "requireP999",
                    NO_TARGET,
                    "ms"),
            new Target.Ratio("open with 100k grants", "open/OpenBenchmark.ours", "open/OpenBenchmark.plainSql", 2),
            new Target.Ratio("emit 100 rows", "emit/EmitBenchmark.emit", "emit/EmitBenchmark.commit", 1.5),
            new Target.Ratio(
                    "delivery of 100 rows",
                    "deliver-100/DeliveryBenchmark.deliver",
                    "deliver-100/DeliveryBenchmark.clientLoop",
                    1),
            new Target.Ratio(
                    "delivery of 100 rows, beside a loop that keeps the order",
                    "deliver-100/DeliveryBenchmark.deliver",
                    "deliver-100/DeliveryBenchmark.clientLoopInOrder",
                    NO_TARGET),
            new Target.Ratio(
                    "delivery of 10,000 rows",
                    "deliver-10k/DeliveryBenchmark.deliver",
                    "deliver-10k/DeliveryBenchmark.clientLoop",
                    1.1),
            new Target.Ratio(
                    "delivery of 10,000 rows, beside a loop that keeps the order",
                    "deliver-10k/DeliveryBenchmark.deliver",
                    "deliver-10k/DeliveryBenchmark.clientLoopInOrder",
                    NO_TARGET),
            new Target.Ratio(
                    "delivery of 10,000 rows of one principal",
                    "deliver-one/DeliveryBenchmark.deliver",
                    "deliver-one/DeliveryBenchmark.clientLoop",
                    1.3));

    private static final List<Target> FULL_TARGETS = List.of(
            new Target.Ratio("require, 1M grants", "1M/RequireBenchmark.require", "1M/RequireBenchmark.peerMap", 1.2),
            new Target.Ratio(
                    "require, 1M grants, beside a prepared statement",
                    "1M/RequireBenchmark.require",
                    "1M/RequireBenchmark.peerSqlite",
                    1 / 13.0),
            new Target.Ratio(
                    "require, 1M grants, eight threads",
                    "1M-8/RequireBenchmark.require",
                    "1M-8/RequireBenchmark.peerMap",
                    1.2),
            new Target.Ratio(
                    "require, 1M grants, through the hook service in Felix",
                    "felix-1M/FelixBenchmark.require",
                    "felix-1M/FelixBenchmark.peerMap",
                    1.2),
            new Target.Ratio(
                    "reconcile of 1M", "sweep-1M/ReconcileBenchmark.ours", "sweep-1M/ReconcileBenchmark.plainSql", 1),
            new Target.Figure(
                    "register meanwhile, p50", "sweep-1M/ReconcileBenchmark.oursMeanwhile", "registerP50", 10, "ms"),
            new Target.Figure(
                    "register meanwhile, p99", "sweep-1M/ReconcileBenchmark.oursMeanwhile", "registerP99", 100, "ms"),
            new Target.Figure(
                    "register meanwhile, p99.9",
                    "sweep-1M/ReconcileBenchmark.oursMeanwhile",
                    "registerP999",
                    NO_TARGET,
                    "ms"),
            new Target.Figure(
                    "require meanwhile, p50",
                    "sweep-1M/ReconcileBenchmark.oursMeanwhile",
                    "requireP50",
                    NO_TARGET,
                    "ms"),
            new Target.Figure(
                    "require meanwhile, p99",
                    "sweep-1M/ReconcileBenchmark.oursMeanwhile",
                    "requireP99",
                    NO_TARGET,
                    "ms"),
            new Target.Figure(
                    "require meanwhile, p99.9",
                    "sweep-1M/ReconcileBenchmark.oursMeanwhile",
                    "requireP999",
                    NO_TARGET,
                    "ms"),
            new Target.Ratio("open with 1M grants", "open-1M/OpenBenchmark.ours", "open-1M/OpenBenchmark.plainSql", 2));

    private Suite() {}

    /**
     * Measures and prints.
     *
     * @param arguments {@code small} or {@code full}
     * @throws RunnerException if a benchmark fails, or answers wrongly
     */
    public static void main(String[] arguments) throws RunnerException {
        String size = String.join(" ", arguments);
        if (!size.equals("small") && !size.equals("full")) {
            throw new IllegalArgumentException("Write one word, small or full, not \"" + size + "\".");
        }
        List<Run> runs = new ArrayList<>(SMALL);
        List<Target> targets = new ArrayList<>(SMALL_TARGETS);
        if (size.equals("full")) {
            runs.addAll(FULL);
            targets.addAll(FULL_TARGETS);
        }
        Measurements measurements = new Measurements();
        for (Run run : runs) {
            for (RunResult result : new Runner(options(run).build()).run()) {
                measurements.add(run.name(), result);
            }
        }
        print(targets, measurements);
    }

    private static ChainedOptionsBuilder options(Run run) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .forks(2)
                .threads(run.threads())
                .warmupTime(TimeValue.seconds(1))
                .measurementTime(TimeValue.seconds(1))
                .shouldFailOnError(true)
                .addProfiler(GCProfiler.class);
        run.benchmarks().forEach(benchmark -> options.include("\\." + benchmark + "$"));
        run.parameters().forEach(options::param);
        return options;
    }

    private static void print(List<Target> targets, Measurements measurements) {
        StringBuilder table = new StringBuilder("\n| operation | measured | target | |\n|---|---|---|---|\n");
        for (Target target : targets) {
            double value = target.value(measurements);
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %.3g %s | %s | %s |%n",
                    target.operation(),
                    value,
                    target.unit(),
                    target.most() == NO_TARGET ? "" : String.format(Locale.ROOT, "%.3g", target.most()),
                    target.most() == NO_TARGET ? "" : value <= target.most() ? "met" : "MISSED"));
        }
        System.out.print(table);
    }
}
