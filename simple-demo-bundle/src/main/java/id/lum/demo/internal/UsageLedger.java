package id.lum.demo.internal;

import id.lum.hooks.HookRejection;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The last units of work of a host, in the order in which they first came, each once: a later row for the same work
 * takes the place of the earlier one. Safe for many threads. Once closed it takes no row: its host still owns them.
 */
final class UsageLedger implements AutoCloseable {
    /**
     * The demo lives in memory, which has an end. A unit of work that went over the edge is new when it comes again.
     */
    static final int MAX_ROWS = 10_000;

    private final Map<Object, LedgerEntry> entries = new LinkedHashMap<>();
    private BigDecimal total = BigDecimal.ZERO;
    private boolean closed;

    /**
     * Takes all rows, or none if one is no row.
     *
     * @return what the ledger holds now, in words
     */
    String append(List<?> rows) {
        List<LedgerEntry> fresh = rows.stream().map(LedgerEntry::of).toList();
        synchronized (this) {
            if (closed) {
                throw HookRejection.unavailable("The demo plugin has stopped.");
            }
            fresh.forEach(this::put);
            return summary();
        }
    }

    /** One line for each unit of work, and one for all of it. */
    synchronized String describe() {
        return Stream.concat(entries.values().stream().map(LedgerEntry::line), Stream.of(summary()))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private void put(LedgerEntry entry) {
        Optional.ofNullable(entries.put(entry.work(), entry)).ifPresent(this::forgetCost);
        entry.cost().ifPresent(cost -> total = total.add(cost));
        if (entries.size() > MAX_ROWS) {
            Iterator<LedgerEntry> oldest = entries.values().iterator();
            forgetCost(oldest.next());
            oldest.remove();
        }
    }

    private void forgetCost(LedgerEntry entry) {
        entry.cost().ifPresent(cost -> total = total.subtract(cost));
    }

    private String summary() {
        return entries.size() + (entries.size() == 1 ? " row" : " rows") + ", total cost " + total.toPlainString();
    }
}
