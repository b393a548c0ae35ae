package id.lum.demo.internal;

import id.lum.hooks.flowmesh.UsageRow;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Usage rows that differ in what a test is about. */
final class UsageRows {
    private static final Instant NOON = Instant.parse("2026-05-20T12:00:00Z");

    private UsageRows() {}

    static UsageRow task(String id, String cost) {
        return new UsageRow("demo", "bob", Optional.empty(), NOON, new BigDecimal(cost), id, 60, 1, "DONE");
    }

    static id.lum.hooks.lumilake.UsageRow job(String id, String status) {
        return new id.lum.hooks.lumilake.UsageRow(
                "demo",
                "bob",
                id,
                status,
                NOON,
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                List.of(),
                NOON);
    }
}
