package id.lum.demo.internal;

import id.lum.hooks.UsageSink;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes usage rows of any type into the ledger of a host. */
final class LedgerUsageSink implements UsageSink<Object> {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerUsageSink.class);

    private final String host;
    private final UsageLedger ledger;

    LedgerUsageSink(String host, UsageLedger ledger) {
        this.host = host;
        this.ledger = ledger;
    }

    @Override
    public void emit(List<Object> rows) {
        String summary = ledger.append(rows);
        LOG.info(
                "{}: {} came in; the ledger holds {}.",
                host,
                rows.size() == 1 ? "1 row" : rows.size() + " rows",
                summary);
    }
}
