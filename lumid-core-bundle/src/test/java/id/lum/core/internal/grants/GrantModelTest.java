package id.lum.core.internal.grants;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.grants.Sweep;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.StoreSettings;
import id.lum.testing.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random calls, on the store and on a plain map: the answers and in the end the rows are the same. */
class GrantModelTest {
    private static final List<String> KINDS = List.of("workflow", "task", "a\0b");
    private static final List<String> IDS = List.of("1", "2", "", "a\0b", "a\0c", "\uD83D\uDE00", "'", "WF");
    private static final List<String> PRINCIPALS = List.of("bob", "eve", "Bob", " ");

    @TempDir
    Path directory;

    private record Row(GrantLevel level, Instant granted, Instant seen) {}

    private final long seed = Long.getLong("lumid.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ManualClock clock = Stores.clock();
    private final Map<List<String>, Row> model =
            new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
    private final List<String> history = new ArrayList<>();
    private Instant session = Stores.SESSION;
    private Instant latest = session;

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private Instant stamp() {
        latest = clock.instant().isAfter(latest) ? clock.instant() : latest.plus(1, ChronoUnit.MICROS);
        return latest;
    }

    private SqliteGrantStore open(JournalMode mode) {
        latest = session.minus(1, ChronoUnit.MICROS);
        // Small enough that answers are dropped too.
        return SqliteGrantStore.open(
                new GrantStoreSettings(
                        new StoreSettings(directory.resolve(mode + ".sqlite"), mode, Stores.OWNER, Stores.LIMITS),
                        20,
                        session),
                clock);
    }

    @Test
    void theStoreAnswersAsAPlainMapDoesWithALog() {
        run(JournalMode.WAL, 4000);
    }

    @Test
    void theStoreAnswersAsAPlainMapDoesWithARollbackJournal() {
        run(JournalMode.ROLLBACK, 1000);
    }

    private void run(JournalMode mode, int steps) {
        System.out.println("seed " + seed);
        SqliteGrantStore store = open(mode);
        try {
            for (int i = 0; i < steps; i++) {
                int what = random.nextInt(100);
                if (what < 1) {
                    history.add("reopen");
                    store.close();
                    store = open(mode);
                } else if (what < 2) {
                    history.add("new session");
                    store.close();
                    session = latest.plusMillis(random.nextInt(2000));
                    store = open(mode);
                } else {
                    step(store, what);
                }
                clock.move(Duration.ofNanos((random.nextInt(2000) - 300) * 1_000_000L));
            }
            assertThat(rows(store)).as(this::story).isEqualTo(expectedRows());
        } finally {
            store.close();
        }
    }

    private String story() {
        int from = Math.max(0, history.size() - 40);
        return "seed " + seed + ", last calls " + history.subList(from, history.size());
    }

    private void step(SqliteGrantStore store, int what) {
        String kind = any(KINDS);
        String id = any(IDS);
        String principal = any(PRINCIPALS);
        GrantLevel level = any(List.of(GrantLevel.values()));
        List<String> key = List.of(kind, id, principal);
        history.add(what + " " + key + " " + level);
        if (what < 20) {
            store.grant(kind, id, principal, level);
            put(key, level);
        } else if (what < 30) {
            assertThat(store.revoke(kind, id, principal)).as(this::story).isEqualTo(model.remove(key) != null);
        } else if (what < 34) {
            int before = model.size();
            model.keySet().removeIf(one -> one.get(0).equals(kind) && one.get(1).equals(id));
            assertThat(store.removeAll(kind, id)).as(this::story).isEqualTo(before - model.size());
        } else if (what < 44) {
            boolean free = model.keySet().stream()
                    .noneMatch(one -> one.get(0).equals(kind) && one.get(1).equals(id));
            Optional<String> receipt = store.claim(kind, id, principal, level);
            assertThat(receipt.isPresent()).as(this::story).isEqualTo(free);
            if (free && what < 36) {
                stamp();
                assertThat(store.undoClaim(kind, id, principal, receipt.get()))
                        .as(this::story)
                        .isTrue();
            } else if (free) {
                put(key, level);
            }
        } else if (what < 46) {
            reconcile(store);
        } else if (what < 47) {
            store.clearCache();
        } else if (what < 49) {
            assertThat(rows(store)).as(this::story).isEqualTo(expectedRows());
        } else if (what < 75) {
            assertThat(store.level(kind, id, principal)).as(this::story).isEqualTo(held(key));
        } else {
            Set<String> expected = model.entrySet().stream()
                    .filter(row -> row.getKey().get(0).equals(kind)
                            && row.getKey().get(2).equals(principal)
                            && row.getValue().level().covers(level))
                    .map(row -> row.getKey().get(1))
                    .collect(Collectors.toSet());
            assertThat(store.ids(kind, principal, level)).as(this::story).isEqualTo(expected);
        }
    }

    private void put(List<String> key, GrantLevel level) {
        Instant now = stamp();
        model.merge(key, new Row(level, now, now), (old, fresh) -> new Row(level, old.granted(), now));
    }

    private Optional<GrantLevel> held(List<String> key) {
        return Optional.ofNullable(model.get(key)).map(Row::level);
    }

    private void reconcile(SqliteGrantStore store) {
        List<ResourceRef> live = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            live.add(random.nextInt(8) == 0 ? ResourceRef.kindLevel(any(KINDS)) : ResourceRef.of(any(KINDS), any(IDS)));
        }
        Sweep sweep = any(List.of(Sweep.values()));
        history.add("reconcile " + live + " " + sweep);
        Set<List<String>> listed = new HashSet<>();
        Set<String> kinds = new HashSet<>();
        for (ResourceRef one : live) {
            one.id().ifPresent(id -> {
                listed.add(List.of(one.kind(), id));
                kinds.add(one.kind());
            });
        }
        Instant now = sweep == Sweep.EVERY_KIND || !kinds.isEmpty() ? stamp() : latest;
        long touched = 0;
        for (Map.Entry<List<String>, Row> row : model.entrySet()) {
            Row held = row.getValue();
            if (listed.contains(row.getKey().subList(0, 2))) {
                // Confirmed once a session, and never in the moment of its grant: that would be a claim's receipt.
                boolean confirmed =
                        !held.seen().isBefore(session) && !held.seen().equals(held.granted());
                row.setValue(confirmed ? held : new Row(held.level(), held.granted(), now));
                touched++;
            }
        }
        int before = model.size();
        model.entrySet()
                .removeIf(row -> row.getValue().seen().isBefore(session)
                        && (sweep == Sweep.EVERY_KIND
                                || kinds.contains(row.getKey().get(0))));
        assertThat(store.reconcile(live, sweep))
                .as(this::story)
                .isEqualTo(new ReconcileResult(touched, before - model.size()));
    }

    private static Set<String> rows(SqliteGrantStore store) {
        return store.list(GrantFilter.ALL, 1000).stream()
                .map(grant -> List.of(grant.kind(), grant.id(), grant.principalId()) + " " + grant.storedLevel() + " "
                        + grant.grantedAt() + " " + grant.lastSeenAt())
                .collect(Collectors.toSet());
    }

    private Set<String> expectedRows() {
        return model.entrySet().stream()
                .map(row -> row.getKey() + " " + row.getValue().level().stored() + " "
                        + Timestamps.text(row.getValue().granted()) + " "
                        + Timestamps.text(row.getValue().seen()))
                .collect(Collectors.toSet());
    }
}
