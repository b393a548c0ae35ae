package id.lum.flowmesh.internal.billing;

import static java.util.Objects.requireNonNull;

import java.sql.SQLException;
import java.time.Instant;

/**
 * What became of an attempt to deliver a row. What was said is kept and shown to operators: it must hold no e-mail
 * address; beyond 200 characters it is cut.
 */
sealed interface Outcome {
    /** Which row. */
    long seq();

    /** Writes it down, for a row that is the oldest of its principal. */
    void record(String principalId, OutboxTable table, long now) throws SQLException;

    /** Accepted. The row goes; its principal's next row is due behind all that are due by now. */
    record Delivered(long seq) implements Outcome {
        @Override
        public void record(String principalId, OutboxTable table, long now) throws SQLException {
            table.remove(seq);
            table.queues().advance(principalId, now);
        }
    }

    /** Refused for now; it is due again at the next try, and its principal's later rows wait for it. */
    record Refused(long seq, String said, Instant nextTry) implements Outcome {
        public Refused {
            requireNonNull(said, "said");
            requireNonNull(nextTry, "nextTry");
        }

        @Override
        public void record(String principalId, OutboxTable table, long now) throws SQLException {
            table.queues().refused(principalId, said, nextTry, now);
        }
    }

    /** Refused for good: it becomes a dead letter, and its principal's next row is due. */
    record Dead(long seq, String reason) implements Outcome {
        public Dead {
            requireNonNull(reason, "reason");
        }

        @Override
        public void record(String principalId, OutboxTable table, long now) throws SQLException {
            table.setAside(seq, reason, now);
            table.queues().advance(principalId, now);
        }
    }

    /** Not answered, by a fault that is not the row's. */
    record Failed(long seq, String said, Instant nextTry) implements Outcome {
        public Failed {
            requireNonNull(said, "said");
            requireNonNull(nextTry, "nextTry");
        }

        @Override
        public void record(String principalId, OutboxTable table, long now) throws SQLException {
            table.queues().failed(principalId, said, nextTry);
        }
    }

    /** Not sent: the e-mail address of its principal is not known. */
    record Held(long seq) implements Outcome {
        @Override
        public void record(String principalId, OutboxTable table, long now) throws SQLException {
            table.queues().hold(principalId);
        }
    }
}
