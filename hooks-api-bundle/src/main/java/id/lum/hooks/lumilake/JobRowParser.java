package id.lum.hooks.lumilake;

import id.lum.hooks.PrincipalContext;
import id.lum.hooks.host.UsageRowParser;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A job of Lumilake that ended now, from its id. */
public final class JobRowParser implements UsageRowParser<UsageRow> {
    @Override
    public String host() {
        return "lumilake";
    }

    @Override
    public String words() {
        return "JOB";
    }

    @Override
    public UsageRow parse(PrincipalContext principal, List<String> words) {
        Instant now = Instant.now();
        return new UsageRow(
                principal.orgId(),
                principal.principalId(),
                words.get(0),
                "DONE",
                now,
                Optional.empty(),
                Optional.of(now),
                OptionalDouble.empty(),
                List.of(),
                now);
    }
}
