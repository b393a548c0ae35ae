package id.lum.fakes;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.ProtocolException;

/**
 * What a client asks to be billed, without the e-mail address, which is nobody's to keep.
 *
 * @param taskId the task; the entry is idempotent on it
 * @param userSub who pays
 * @param cost the amount, exactly as it was written
 * @param durationSec how long it ran
 * @param costPerHour the rate
 * @param taskStatus how it ended
 */
public record Entry(
        String taskId, String userSub, String cost, BigInteger durationSec, BigDecimal costPerHour, String taskStatus) {

    static Entry read(String json) throws ProtocolException {
        StrictJsonObject members = StrictJsonObject.of(
                "flowmesh-entry",
                json,
                "userEmail",
                "userSub",
                "taskId",
                "workflowId",
                "cost",
                "durationSec",
                "costPerHour",
                "taskStatus");
        members.email("userEmail");
        members.isNull("workflowId");
        return of(members);
    }

    static Entry of(StrictJsonObject members) throws ProtocolException {
        return new Entry(
                members.textThatIsNotBlank("taskId"),
                members.textThatIsNotBlank("userSub"),
                members.decimal("cost"),
                members.integer("durationSec"),
                members.number("costPerHour"),
                members.text("taskStatus"));
    }
}
