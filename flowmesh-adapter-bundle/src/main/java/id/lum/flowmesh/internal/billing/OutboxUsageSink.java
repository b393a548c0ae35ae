package id.lum.flowmesh.internal.billing;

import id.lum.flowmesh.internal.outbox.OutboxFull;
import id.lum.hooks.HookRejection;
import id.lum.hooks.UsageSink;
import id.lum.hooks.flowmesh.UsageRow;
import id.lum.support.log.OutageLog;
import id.lum.support.sqlite.StoreUnavailable;
import java.time.Duration;
import java.util.List;
import org.osgi.annotation.bundle.Capability;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes FlowMesh's usage rows over, for Runmesh. It is there whenever the adapter is; while billing is off it keeps no
 * row. What it refuses stays the host's: nobody else would bill it.
 */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.hooks.UsageSink\"",
        effective = "active",
        uses = UsageSink.class)
final class OutboxUsageSink implements UsageSink<UsageRow> {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxUsageSink.class);

    private final UsageOutbox outbox;
    private final OutageLog refusals = new OutageLog(LOG, System::nanoTime, Duration.ofMinutes(1));

    /** @param outbox where rows wait for Runmesh */
    OutboxUsageSink(UsageOutbox outbox) {
        this.outbox = outbox;
    }

    /** Returns when the rows are on the disk, or billing is off. */
    @Override
    public void emit(List<UsageRow> rows) {
        try {
            outbox.add(rows);
            refusals.succeeded("The outbox of usage rows");
        } catch (OutboxFull | StoreUnavailable notTaken) {
            refusals.failed(
                    "Usage rows are not taken, and the host is told 503",
                    notTaken.getClass().getSimpleName(),
                    notTaken.getMessage());
            throw HookRejection.unavailable("Usage rows cannot be taken now");
        }
    }
}
