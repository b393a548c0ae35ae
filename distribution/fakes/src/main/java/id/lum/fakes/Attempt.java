package id.lum.fakes;

import java.net.ProtocolException;

/** An entry as it came, and what became of it. */
public record Attempt(Entry entry, Outcome outcome) {
    /** What became of it. */
    public enum Outcome {
        /** It is in the ledger. */
        ACCEPTED,
        /** Its task was in the ledger before: it counts no second time. */
        DUPLICATE,
        /** It was well-formed, and is not in the ledger. */
        REFUSED,
        /** The secret was wrong. */
        UNAUTHORIZED
    }

    String toJson() {
        return StrictJsonObject.object()
                .put("outcome", outcome.name())
                .put("taskId", entry.taskId())
                .put("userSub", entry.userSub())
                .put("cost", entry.cost())
                .put("durationSec", entry.durationSec())
                .put("costPerHour", entry.costPerHour())
                .put("taskStatus", entry.taskStatus())
                .toString();
    }

    static Attempt ofJson(String json) throws ProtocolException {
        StrictJsonObject members = StrictJsonObject.of(
                "ledger", json, "outcome", "taskId", "userSub", "cost", "durationSec", "costPerHour", "taskStatus");
        return new Attempt(Entry.of(members), Outcome.valueOf(members.text("outcome")));
    }
}
