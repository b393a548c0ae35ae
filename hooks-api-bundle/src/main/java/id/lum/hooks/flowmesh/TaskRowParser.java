package id.lum.hooks.flowmesh;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.host.UsageRowParser;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A task of FlowMesh that ended now, from its id and its cost. */
public final class TaskRowParser implements UsageRowParser<UsageRow> {
    @Override
    public String host() {
        return "flowmesh";
    }

    @Override
    public String words() {
        return "TASK COST";
    }

    @Override
    public UsageRow parse(PrincipalContext principal, List<String> words) {
        return new UsageRow(
                principal.orgId(),
                principal.principalId(),
                Optional.empty(),
                Instant.now(),
                cost(words.get(1)),
                words.get(0),
                0,
                0,
                "DONE");
    }

    private static BigDecimal cost(String word) {
        try {
            return new BigDecimal(word);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("COST must be a decimal such as 1.25.", notANumber);
        }
    }
}
