package id.lum.flowmesh.internal.outbox;

import id.lum.support.sqlite.UnstorableText;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * SQL on e-mail addresses, each in a slot of its own. For one thread at a time.
 *
 * <p>An address that is wiped must be nowhere in the file. Deleting its row would not do: when SQLite moves rows to
 * another page, as it does after deletes and inserts, the old page keeps a copy that no secure_delete looks at. So a
 * slot is appended once and never deleted or resized; SQLite overwrites a row of the same size where it stands.
 */
final class EmailSlots {
    /** In bytes. The longest address that mail servers take has 254. */
    private static final int SIZE = 320;

    private static final String INTO_FREE = "UPDATE email_slots SET used = 1, address = ?"
            + " WHERE slot = (SELECT min(slot) FROM email_slots WHERE used = 0) RETURNING slot";
    /** Its number is one more than the largest, since none is ever deleted. */
    private static final String APPENDED = "INSERT INTO email_slots (used, address) VALUES (1, ?) RETURNING slot";

    private final Sql sql;

    EmailSlots(Sql sql) {
        this.sql = sql;
    }

    /** What stands in a slot; also for a principal without one. */
    static Optional<String> read(ResultSet row, int column) throws SQLException {
        byte[] padded = row.getBytes(column);
        if (padded == null) {
            return Optional.empty();
        }
        int length = padded.length;
        while (length > 0 && padded[length - 1] == 0) {
            length--;
        }
        return Optional.of(new String(padded, 0, length, StandardCharsets.UTF_8));
    }

    /** Whether there is an address, and a slot can hold it. */
    static boolean fits(String address) {
        return UnstorableText.isStorable(address)
                && !address.isEmpty()
                && address.indexOf('\0') < 0
                && address.getBytes(StandardCharsets.UTF_8).length <= SIZE;
    }

    /** Puts an address that fits into the slot, or into one that was free; answers which one. */
    long put(OptionalLong slot, String address) throws SQLException {
        byte[] padded = Arrays.copyOf(address.getBytes(StandardCharsets.UTF_8), SIZE);
        if (slot.isPresent()) {
            write(slot.getAsLong(), 1, padded);
            return slot.getAsLong();
        }
        OptionalLong free = sql.number(INTO_FREE, padded);
        return free.isPresent()
                ? free.getAsLong()
                : sql.number(APPENDED, padded).orElseThrow();
    }

    void wipe(long slot) throws SQLException {
        write(slot, 0, new byte[SIZE]);
    }

    private void write(long slot, int used, byte[] padded) throws SQLException {
        sql.run("UPDATE email_slots SET used = ?1, address = ?2 WHERE slot = ?3 AND address <> ?2", used, padded, slot);
    }
}
