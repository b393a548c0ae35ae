package id.lum.flowmesh.internal.outbox;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * What became of an attempt to deliver a row. The detail is what was said; it is kept and shown to operators: it must
 * hold no e-mail address; beyond 200 characters it is cut.
 */
public sealed interface Outcome {
    /** Which row. */
    long seq();

    /** Accepted. The row goes; its principal's next row is due behind all that are due by now. */
    record Delivered(long seq) implements Outcome {}

    /** Refused for now; it is due again at the next try, and its principal's later rows wait for it. */
    record Refused(long seq, String detail, Instant nextTry) implements Outcome {
        public Refused {
            requireNonNull(detail, "detail");
            requireNonNull(nextTry, "nextTry");
        }
    }

    /** Refused for good: it becomes a dead letter, and its principal's next row is due. */
    record Dead(long seq, String reason) implements Outcome {
        public Dead {
            requireNonNull(reason, "reason");
        }
    }

    /** Not answered, by a fault that is not the row's. */
    record Failed(long seq, String detail, Instant nextTry) implements Outcome {
        public Failed {
            requireNonNull(detail, "detail");
            requireNonNull(nextTry, "nextTry");
        }
    }

    /** Not sent: the e-mail address of its principal is not known. */
    record Held(long seq) implements Outcome {}
}
