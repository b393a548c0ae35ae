package id.lum.fakes;

import id.lum.fakes.Attempt.Outcome;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Runmesh bills: for each task the entry that was accepted first. It remembers everything else that was tried,
 * too, and does so in a file if it has one.
 */
public final class Ledger {
    private final Optional<LedgerFile> file;
    private final Map<String, Entry> accepted = new LinkedHashMap<>();
    private final List<Attempt> attempts = new ArrayList<>();

    private Ledger(Optional<LedgerFile> file) {
        this.file = file;
    }

    static Ledger inMemory() {
        return new Ledger(Optional.empty());
    }

    static Ledger in(Path path) throws IOException {
        LedgerFile file = LedgerFile.open(path);
        Ledger ledger = new Ledger(Optional.of(file));
        file.found().forEach(ledger::remember);
        return ledger;
    }

    /** What was accepted, in that order. */
    public synchronized List<Entry> entries() {
        return List.copyOf(accepted.values());
    }

    /** How many tasks were accepted. */
    public synchronized int size() {
        return accepted.size();
    }

    /** What was accepted for this task. */
    public synchronized Optional<Entry> entry(String taskId) {
        return Optional.ofNullable(accepted.get(taskId));
    }

    /** The tasks that this user pays for, in the order of their acceptance. */
    public List<String> tasksOf(String userSub) {
        return entries().stream()
                .filter(entry -> entry.userSub().equals(userSub))
                .map(Entry::taskId)
                .toList();
    }

    /** The amounts that were accepted, by task, exactly as they were written. */
    public Map<String, String> amounts() {
        Map<String, String> amounts = new LinkedHashMap<>();
        entries().forEach(entry -> amounts.put(entry.taskId(), entry.cost()));
        return amounts;
    }

    /** The sum of all that was accepted. */
    public BigDecimal total() {
        return entries().stream().map(entry -> new BigDecimal(entry.cost())).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Everything that was tried, in order. */
    public synchronized List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    /** Everything that was tried for this task, in order. */
    public List<Attempt> attempts(String taskId) {
        return attempts().stream()
                .filter(attempt -> attempt.entry().taskId().equals(taskId))
                .toList();
    }

    /** Whatever was tried for a task, and was not what had been tried for it first: another amount, another payer. */
    public List<Attempt> conflicts() {
        Map<String, Entry> first = new LinkedHashMap<>();
        List<Attempt> conflicts = new ArrayList<>();
        for (Attempt attempt : attempts()) {
            Entry entry = attempt.entry();
            if (!first.computeIfAbsent(entry.taskId(), task -> entry).equals(entry)) {
                conflicts.add(attempt);
            }
        }
        return conflicts;
    }

    /** Once it has returned, the attempt survives. If it throws, nothing was recorded. */
    synchronized void record(Entry entry, Outcome meant) throws IOException {
        boolean again = meant == Outcome.ACCEPTED && accepted.containsKey(entry.taskId());
        Attempt attempt = new Attempt(entry, again ? Outcome.DUPLICATE : meant);
        if (file.isPresent()) {
            file.get().append(attempt);
        }
        remember(attempt);
    }

    private void remember(Attempt attempt) {
        attempts.add(attempt);
        if (attempt.outcome() == Outcome.ACCEPTED) {
            accepted.put(attempt.entry().taskId(), attempt.entry());
        }
    }

    synchronized void close() throws IOException {
        if (file.isPresent()) {
            file.get().close();
        }
    }
}
