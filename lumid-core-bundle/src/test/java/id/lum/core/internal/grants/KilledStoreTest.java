package id.lum.core.internal.grants;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.core.grants.Grant;
import id.lum.core.grants.GrantFilter;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes is killed at a random moment: nothing acknowledged is missing, nothing is half done. */
class KilledStoreTest {
    private static final int KILLS = Integer.getInteger("lumid.kills", 10);
    private static final int STALE = 40_000;

    @TempDir
    Path directory;

    /** What the calls that returned have left, and what the last one of each worker may have left besides. */
    private record Expected(
            Map<String, String> certain, Map<String, List<String>> open, boolean tried, boolean swept) {}

    @Test
    @Timeout(value = 60 + 15L * 1000, unit = TimeUnit.SECONDS)
    void everyAcknowledgedCallIsKeptAndNoReconcileIsHalfDone() throws Exception {
        long seed = Long.getLong("lumid.seed", System.nanoTime());
        Random random = new Random(seed);
        int during = 0;
        int afterwards = 0;
        for (int round = 0; round < KILLS; round++) {
            Path path = directory.resolve("acl-" + round + ".sqlite");
            Stores.fillStale(path, STALE);
            Expected expected = runAndKill(path, random.nextLong(), random.nextInt(400));
            String what = "seed " + seed + ", round " + round;
            boolean swept = verify(path, expected, what);
            during += expected.tried() && !expected.swept() ? 1 : 0;
            afterwards += swept ? 1 : 0;
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        System.out.println(KILLS + " kills, seed " + seed + ", " + during + " of them during a reconcile; " + afterwards
                + " reconciles kept");
    }

    private Expected runAndKill(Path path, long seed, int millis) throws Exception {
        Process child = ChildStore.start("work", path.toString(), Long.toString(seed), Integer.toString(STALE));
        Map<String, String> levels = new TreeMap<>();
        Map<Integer, String> last = new TreeMap<>();
        boolean tried = false;
        boolean swept = false;
        try (BufferedReader out = child.inputReader()) {
            String ready = out.readLine();
            // Worker threads may speak first.
            assertThat(ready).isNotNull();
            new Thread(() -> {
                        try {
                            assertThat(child.waitFor(millis, TimeUnit.MILLISECONDS))
                                    .isFalse();
                        } catch (InterruptedException ended) {
                            Thread.currentThread().interrupt();
                        }
                        // The process alone: destroying the object would close the pipe and lose what it said last.
                        child.toHandle().destroyForcibly();
                    })
                    .start();
            for (String line = ready; line != null; line = out.readLine()) {
                String[] words = line.split(" ");
                if (line.equals("try reconcile")) {
                    tried = true;
                } else if (line.equals("ok reconcile")) {
                    swept = true;
                } else if (words.length == 4 && words[0].equals("try")) {
                    last.put(Integer.parseInt(words[2]), line);
                } else if (words.length == 4 && words[0].equals("ok")) {
                    apply(levels, words);
                    last.remove(Integer.parseInt(words[2]));
                }
            }
        }
        assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as("killed, not ended").isEqualTo(137);
        Map<String, List<String>> open = new TreeMap<>();
        for (String line : last.values()) {
            String[] words = line.split(" ");
            Map<String, String> after = new TreeMap<>(levels);
            apply(after, words);
            for (String who : List.of(words[3] + " owner", words[3] + " guest")) {
                open.put(who, List.of(levels.getOrDefault(who, ""), after.getOrDefault(who, "")));
            }
        }
        return new Expected(levels, open, tried, swept);
    }

    private static void apply(Map<String, String> levels, String[] words) {
        switch (words[1]) {
            case "register" -> levels.put(words[3] + " owner", "2");
            case "share" -> levels.put(words[3] + " guest", "1");
            case "revoke" -> levels.remove(words[3] + " guest");
            default -> {
                levels.remove(words[3] + " owner");
                levels.remove(words[3] + " guest");
            }
        }
    }

    private boolean verify(Path path, Expected expected, String what) throws Exception {
        try (SqliteGrantStore store = Stores.open(path)) {
            Map<String, String> found = new TreeMap<>();
            for (Grant grant : store.list(GrantFilter.ofKind("workflow"), Integer.MAX_VALUE)) {
                found.put(grant.id() + " " + grant.principalId(), grant.storedLevel());
            }
            Map<String, String> all = new TreeMap<>(found);
            all.putAll(expected.certain());
            for (String who : all.keySet()) {
                List<String> allowed = expected.open()
                        .getOrDefault(who, List.of(expected.certain().getOrDefault(who, "")));
                assertThat(found.getOrDefault(who, "")).as(what + ", " + who).isIn(allowed);
            }
            List<Grant> tasks = store.list(GrantFilter.ofKind("task"), Integer.MAX_VALUE);
            long stale = tasks.stream()
                    .filter(grant -> grant.lastSeenAt().equals(Stores.STALE))
                    .count();
            // Some of them may be confirmed already.
            boolean kept = tasks.size() == STALE;
            boolean whole = tasks.size() == STALE / 2 && stale == 0;
            assertThat(kept || whole)
                    .as(what + ": " + tasks.size() + " left, " + stale + " not confirmed")
                    .isTrue();
            assertThat(whole || !expected.swept()).as(what).isTrue();
            assertThat(stale == STALE || expected.tried()).as(what).isTrue();
            assertThat(Sql.rows(path, "PRAGMA integrity_check")).as(what).containsExactly("ok");
            return whole;
        }
    }
}
