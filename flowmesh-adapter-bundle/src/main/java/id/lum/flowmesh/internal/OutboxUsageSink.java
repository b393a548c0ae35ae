package id.lum.flowmesh.internal;

import id.lum.core.sqlite.StoreUnavailable;
import id.lum.flowmesh.internal.billing.OutboxFull;
import id.lum.flowmesh.internal.billing.UsageOutbox;
import id.lum.hooks.Hook;
import id.lum.hooks.HookRejection;
import id.lum.hooks.UsageSink;
import id.lum.hooks.flowmesh.UsageRow;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes FlowMesh's usage rows over, for Runmesh. There is one exactly while billing is switched on, and what it refuses
 * stays the host's: nobody else would bill it.
 */
@Component(service = UsageSink.class, immediate = true)
@Hook(host = FlowmeshAdapter.HOST, name = FlowmeshAdapter.NAME, required = true)
@ServiceRanking(FlowmeshAdapter.RANKING)
public final class OutboxUsageSink implements UsageSink<UsageRow> {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxUsageSink.class);

    private final UsageOutbox outbox;

    /**
     * A sink.
     *
     * @param outbox where rows wait for Runmesh
     */
    @Activate
    public OutboxUsageSink(@Reference(target = UsageOutbox.TAKING_ROWS) UsageOutbox outbox) {
        this.outbox = outbox;
    }

    /** Returns when the rows are on the disk. */
    @Override
    public void emit(List<UsageRow> rows) {
        try {
            outbox.add(rows);
        } catch (OutboxFull | StoreUnavailable notTaken) {
            LOG.error("Usage rows are not taken: {}", notTaken.getMessage());
            throw HookRejection.unavailable("Usage rows cannot be taken now");
        }
    }
}
