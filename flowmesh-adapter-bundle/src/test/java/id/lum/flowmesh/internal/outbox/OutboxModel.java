package id.lum.flowmesh.internal.outbox;

import id.lum.flowmesh.internal.usage.PendingRow;
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
        Optional<String> lastError = Optional.empty();
        Optional<String> email = Optional.empty();

        QueueStatus(long due) {
            this.due = due;
        }

        void reset() {
            held = false;
            refusals = 0;
            refusedSince = Optional.empty();
            lastError = Optional.empty();
        }
    }

    private final TreeMap<Long, Row> live = new TreeMap<>();
    private final TreeMap<Long, DeadLetter> dead = new TreeMap<>();
    private final TreeMap<String, QueueStatus> queues = new TreeMap<>(AS_BYTES);
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

    void add(List<EmittedRow> rows, long now) {
        for (EmittedRow emitted : rows) {
            String principal = emitted.row().principalId();
            live.put(
                    ++lastSeq,
                    new Row(principal, emitted.row().taskId(), emitted.row().cost(), now));
            QueueStatus queue = queues.computeIfAbsent(principal, fresh -> new QueueStatus(now));
            if (emitted.email().isPresent()) {
                queue.due = queue.held ? now : queue.due;
                queue.held = false;
                queue.email = emitted.email();
            }
        }
    }

    List<PendingRow> due(long now, int most, Set<String> except, long longest) {
        List<Map.Entry<String, QueueStatus>> inTurn = new ArrayList<>();
        queues.entrySet().stream()
                .filter(queue -> !queue.getValue().held && !except.contains(queue.getKey()))
                .filter(queue -> queue.getValue().due <= now || queue.getValue().due > now + longest)
                .forEach(inTurn::add);
        inTurn.sort(Comparator.comparingLong(queue -> queue.getValue().due));
        List<PendingRow> due = new ArrayList<>();
        for (boolean failed : List.of(false, true)) {
            inTurn.stream()
                    .filter(queue -> queue.getValue().failures > 0 == failed)
                    .limit(most)
                    .forEach(queue -> due.add(pendingRow(queue.getKey())));
        }
        return due;
    }

    Optional<PendingRow> newest(long now, Set<String> except) {
        return queues.entrySet().stream()
                .filter(queue -> !queue.getValue().held && !except.contains(queue.getKey()))
                .filter(queue -> queue.getValue().due <= now && queue.getValue().failures == 0)
                .max(Comparator.<Map.Entry<String, QueueStatus>>comparingLong(queue -> queue.getValue().due)
                        .thenComparing(Map.Entry::getKey))
                .map(queue -> pendingRow(queue.getKey()));
    }

    private PendingRow pendingRow(String principal) {
        QueueStatus queue = queues.get(principal);
        long seq = oldest(principal).orElseThrow();
        Row row = live.get(seq);
        return new PendingRow(
                seq,
                principal,
                queue.email,
                row.task(),
                row.cost(),
                new BigDecimal("12.5"),
                new BigDecimal("0.3"),
                "DONE",
                Instant.ofEpochMilli(row.emittedAt()),
                queue.refusals,
                queue.refusedSince,
                queue.failures);
    }

    Optional<Long> nextDue(long now, Set<String> except, long longest) {
        List<Long> times = queues.entrySet().stream()
                .filter(queue -> !queue.getValue().held && !except.contains(queue.getKey()))
                .map(queue -> queue.getValue().due)
                .sorted()
                .toList();
        if (times.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(times.get(times.size() - 1) > now + longest ? now : times.get(0));
    }

    void record(List<Outcome> outcomes, long now) {
        for (Outcome outcome : outcomes) {
            Row row = live.get(outcome.seq());
            if (row != null && oldest(row.principal()).equals(Optional.of(outcome.seq()))) {
                record(outcome, row, queues.get(row.principal()), now);
            }
        }
    }

    private void record(Outcome outcome, Row row, QueueStatus queue, long now) {
        if (outcome instanceof Outcome.Delivered || outcome instanceof Outcome.Dead) {
            live.remove(outcome.seq());
            if (outcome instanceof Outcome.Dead died) {
                bury(row, died.reason(), now);
            }
            queue.reset();
            queue.failures = 0;
            queue.due = now;
            endIfEmpty(row.principal());
        } else if (outcome instanceof Outcome.Refused refused) {
            queue.refusals++;
            queue.refusedSince = Optional.of(queue.refusedSince.orElse(Instant.ofEpochMilli(now)));
            queue.lastError = Optional.of(refused.detail());
            queue.failures = 0;
            queue.due = refused.nextTry().toEpochMilli();
        } else if (outcome instanceof Outcome.Failed failed) {
            queue.failures++;
            queue.lastError = Optional.of(failed.detail());
            queue.due = failed.nextTry().toEpochMilli();
        } else if (queue.email.isEmpty()) {
            queue.held = true;
            queue.failures = 0;
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
            queues.remove(principal);
        }
    }

    List<String> held(int most, String after) {
        return queues.entrySet().stream()
                .filter(queue -> queue.getValue().held && AS_BYTES.compare(queue.getKey(), after) > 0)
                .map(Map.Entry::getKey)
                .limit(most)
                .toList();
    }

    void release(Collection<String> principals, long now) {
        for (String principal : principals) {
            QueueStatus queue = queues.get(principal);
            if (queue != null && queue.held) {
                queue.held = false;
                queue.due = now;
            }
        }
    }

    void makeFailedDue(long now) {
        queues.values().stream()
                .filter(queue -> !queue.held && queue.failures > 0)
                .forEach(queue -> queue.due = Math.min(queue.due, now));
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
            QueueStatus queue = queues.get(row.principal());
            boolean oldest = oldest(row.principal()).equals(Optional.of(seq));
            boolean held = queue.held;
            String why = held
                    ? "the e-mail address of its principal is not known"
                    : oldest
                            ? queue.lastError
                                    .map(text -> "its last attempt: " + text)
                                    .orElse("no attempt was answered")
                            : "no attempt was answered";
            live.remove(seq);
            bury(row, "It waited less than a day in vain; " + why, now);
            if (oldest) {
                queue.reset();
                queue.held = held;
                queue.due = queue.failures > 0 ? queue.due : Math.min(queue.due, now);
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
                QueueStatus queue = queues.computeIfAbsent(letter.principalId(), fresh -> new QueueStatus(now));
                queue.due = Math.min(queue.due, now);
                retried++;
            }
        }
        return retried;
    }

    boolean discard(long id) {
        return dead.remove(id) != null;
    }

    List<Object> metrics() {
        return List.of(
                (long) live.size(),
                (long) dead.size(),
                (long) queues.size(),
                queues.values().stream().filter(queue -> queue.held).count(),
                live.values().stream().map(Row::emittedAt).min(Long::compare).map(Instant::ofEpochMilli));
    }
}
