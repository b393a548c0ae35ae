package id.lum.flowmesh.internal.billing;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What an outbox does, on plain lists and without a thought of speed. */
final class OutboxModel {
    private static final Comparator<String> AS_BYTES = (one, other) ->
            Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

    private record Row(String principal, String task, BigDecimal cost, long emittedAt) {}

    private static final class QueueStatus {
        long due;
        boolean held;
        int failures;
        int refusals;
        Optional<Instant> refusedSince = Optional.empty();
        Optional<String> said = Optional.empty();
        Optional<String> email = Optional.empty();

        QueueStatus(long due) {
            this.due = due;
        }

        void anew() {
            held = false;
            refusals = 0;
            refusedSince = Optional.empty();
            said = Optional.empty();
        }
    }

    private final TreeMap<Long, Row> live = new TreeMap<>();
    private final TreeMap<Long, DeadLetter> dead = new TreeMap<>();
    private final TreeMap<String, QueueStatus> lanes = new TreeMap<>(AS_BYTES);
    private long lastSeq;
    private long lastId;

    int size() {
        return live.size() + dead.size();
    }

    Set<Long> someSeqs(Random random) {
        Set<Long> some = new TreeSet<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            some.add(1 + random.nextLong(lastSeq + 1));
        }
        live.keySet().stream().filter(seq -> random.nextInt(6) == 0).forEach(some::add);
        return some;
    }

    long someId(Random random) {
        List<Long> ids = List.copyOf(dead.keySet());
        return ids.isEmpty() || random.nextInt(10) == 0 ? lastId + 1 : ids.get(random.nextInt(ids.size()));
    }

    private Optional<Long> oldest(String principal) {
        return live.entrySet().stream()
                .filter(row -> row.getValue().principal().equals(principal))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    void add(List<IncomingRow> rows, long now) {
        for (IncomingRow emitted : rows) {
            String principal = emitted.row().principalId();
            live.put(
                    ++lastSeq,
                    new Row(principal, emitted.row().taskId(), emitted.row().cost(), now));
            QueueStatus lane = lanes.computeIfAbsent(principal, fresh -> new QueueStatus(now));
            if (emitted.email().isPresent()) {
                lane.due = lane.held ? now : lane.due;
                lane.held = false;
                lane.email = emitted.email();
            }
        }
    }

    List<PendingRow> due(long now, int most, Set<String> except, long longest) {
        List<Map.Entry<String, QueueStatus>> inTurn = new ArrayList<>();
        lanes.entrySet().stream()
                .filter(lane -> !lane.getValue().held && !except.contains(lane.getKey()))
                .filter(lane -> lane.getValue().due <= now || lane.getValue().due > now + longest)
                .forEach(inTurn::add);
        inTurn.sort(Comparator.comparingLong(lane -> lane.getValue().due));
        List<PendingRow> due = new ArrayList<>();
        for (boolean failed : List.of(false, true)) {
            inTurn.stream()
                    .filter(lane -> lane.getValue().failures > 0 == failed)
                    .limit(most)
                    .forEach(lane -> due.add(waiting(lane.getKey())));
        }
        return due;
    }

    Optional<PendingRow> newest(long now, Set<String> except) {
        return lanes.entrySet().stream()
                .filter(lane -> !lane.getValue().held && !except.contains(lane.getKey()))
                .filter(lane -> lane.getValue().due <= now && lane.getValue().failures == 0)
                .max(Comparator.<Map.Entry<String, QueueStatus>>comparingLong(lane -> lane.getValue().due)
                        .thenComparing(Map.Entry::getKey))
                .map(lane -> waiting(lane.getKey()));
    }

    private PendingRow waiting(String principal) {
        QueueStatus lane = lanes.get(principal);
        long seq = oldest(principal).orElseThrow();
        Row row = live.get(seq);
        return new PendingRow(
                seq,
                principal,
                lane.email,
                row.task(),
                row.cost(),
                new BigDecimal("12.5"),
                new BigDecimal("0.3"),
                "DONE",
                Instant.ofEpochMilli(row.emittedAt()),
                lane.refusals,
                lane.refusedSince,
                lane.failures);
    }

    Optional<Long> nextDue(long now, Set<String> except, long longest) {
        List<Long> times = lanes.entrySet().stream()
                .filter(lane -> !lane.getValue().held && !except.contains(lane.getKey()))
                .map(lane -> lane.getValue().due)
                .sorted()
                .toList();
        if (times.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(times.get(times.size() - 1) > now + longest ? now : times.get(0));
    }

    void settle(List<Outcome> outcomes, long now) {
        for (Outcome outcome : outcomes) {
            Row row = live.get(outcome.seq());
            if (row != null && oldest(row.principal()).equals(Optional.of(outcome.seq()))) {
                settle(outcome, row, lanes.get(row.principal()), now);
            }
        }
    }

    private void settle(Outcome outcome, Row row, QueueStatus lane, long now) {
        if (outcome instanceof Outcome.Delivered || outcome instanceof Outcome.Dead) {
            live.remove(outcome.seq());
            if (outcome instanceof Outcome.Dead died) {
                bury(row, died.reason(), now);
            }
            lane.anew();
            lane.failures = 0;
            lane.due = now;
            endIfEmpty(row.principal());
        } else if (outcome instanceof Outcome.Refused refused) {
            lane.refusals++;
            lane.refusedSince = Optional.of(lane.refusedSince.orElse(Instant.ofEpochMilli(now)));
            lane.said = Optional.of(refused.said());
            lane.failures = 0;
            lane.due = refused.nextTry().toEpochMilli();
        } else if (outcome instanceof Outcome.Failed failed) {
            lane.failures++;
            lane.said = Optional.of(failed.said());
            lane.due = failed.nextTry().toEpochMilli();
        } else if (lane.email.isEmpty()) {
            lane.held = true;
            lane.failures = 0;
        }
    }

    private void bury(Row row, String reason, long now) {
        dead.put(
                ++lastId,
                new DeadLetter(
                        lastId,
                        row.principal(),
                        row.task(),
                        row.cost(),
                        Instant.ofEpochMilli(row.emittedAt()),
                        Instant.ofEpochMilli(now),
                        reason));
    }

    private void endIfEmpty(String principal) {
        if (oldest(principal).isEmpty()) {
            lanes.remove(principal);
        }
    }

    List<String> held(int most, String after) {
        return lanes.entrySet().stream()
                .filter(lane -> lane.getValue().held && AS_BYTES.compare(lane.getKey(), after) > 0)
                .map(Map.Entry::getKey)
                .limit(most)
                .toList();
    }

    void release(Collection<String> principals, long now) {
        for (String principal : principals) {
            QueueStatus lane = lanes.get(principal);
            if (lane != null && lane.held) {
                lane.held = false;
                lane.due = now;
            }
        }
    }

    void dueAll(long now) {
        lanes.values().stream()
                .filter(lane -> !lane.held && lane.failures > 0)
                .forEach(lane -> lane.due = Math.min(lane.due, now));
    }

    int expire(long before, Set<Long> except, int most, long now) {
        List<Long> old = live.entrySet().stream()
                .filter(row -> row.getValue().emittedAt() < before && !except.contains(row.getKey()))
                .sorted(Comparator.comparingLong(row -> row.getValue().emittedAt()))
                .limit(most)
                .map(Map.Entry::getKey)
                .toList();
        for (long seq : old) {
            Row row = live.get(seq);
            QueueStatus lane = lanes.get(row.principal());
            boolean oldest = oldest(row.principal()).equals(Optional.of(seq));
            boolean held = lane.held;
            String why = held
                    ? "the e-mail address of its principal is not known"
                    : oldest
                            ? lane.said.map(text -> "its last attempt: " + text).orElse("no attempt was answered")
                            : "no attempt was answered";
            live.remove(seq);
            bury(row, "It waited less than a day in vain; " + why, now);
            if (oldest) {
                lane.anew();
                lane.held = held;
                lane.due = lane.failures > 0 ? lane.due : Math.min(lane.due, now);
                endIfEmpty(row.principal());
            }
        }
        return old.size();
    }

    List<DeadLetter> deadLetters() {
        return List.copyOf(dead.values());
    }

    int retry(Optional<Long> id, long now) {
        List<Long> ids = id.map(List::of).orElse(List.copyOf(dead.keySet()));
        int retried = 0;
        for (long one : ids) {
            DeadLetter letter = dead.remove(one);
            if (letter != null) {
                live.put(++lastSeq, new Row(letter.principalId(), letter.taskId(), letter.cost(), now));
                QueueStatus lane = lanes.computeIfAbsent(letter.principalId(), fresh -> new QueueStatus(now));
                lane.due = Math.min(lane.due, now);
                retried++;
            }
        }
        return retried;
    }

    boolean discard(long id) {
        return dead.remove(id) != null;
    }

    List<Object> figures() {
        return List.of(
                (long) live.size(),
                (long) dead.size(),
                (long) lanes.size(),
                lanes.values().stream().filter(lane -> lane.held).count(),
                live.values().stream().map(Row::emittedAt).min(Long::compare).map(Instant::ofEpochMilli));
    }
}
