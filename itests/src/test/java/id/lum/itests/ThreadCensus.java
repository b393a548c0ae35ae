package id.lum.itests;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import id.lum.testing.Await;
import java.util.Map;
import java.util.TreeMap;

/** How many threads there are of each name; numbers in names do not count. */
record ThreadCensus(Map<String, Long> threads) {
    /** Threads of the test's own servers, of who runs the test, and of the JVM, which has as many as it likes. */
    private static final String OTHERS = "fake .*|RMI .*|ForkJoinPool.commonPool.*|Attach Listener";

    static ThreadCensus now() {
        return new ThreadCensus(new TreeMap<>(Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.getName().replaceAll("\\d+", "N"))
                .filter(name -> !name.matches(OTHERS))
                .collect(groupingBy(name -> name, counting()))));
    }

    /** Returns once there are no more than there were. */
    void awaitNoMore() throws Exception {
        try {
            Await.until("there are as many threads as before", () -> {
                // A client of java.net.http, such as a test's own, ends its thread when nobody can reach it any more.
                System.gc();
                return more().isEmpty();
            });
        } catch (AssertionError inVain) {
            throw new AssertionError("There are more threads than before: " + more());
        }
    }

    /** Those of which there are more than there were, among those with such names. */
    Map<String, String> more(String names) {
        Map<String, String> more = more();
        more.keySet().removeIf(name -> !name.matches(names));
        return more;
    }

    private Map<String, String> more() {
        Map<String, String> more = new TreeMap<>();
        now().threads().forEach((name, count) -> {
            long before = threads.getOrDefault(name, 0L);
            if (count > before) {
                more.put(name, before + " -> " + count);
            }
        });
        return more;
    }
}
