package id.lum.support.sqlite;

/** How SQLite keeps a transaction apart from the database until it is committed. */
public enum JournalMode {
    /** A write-ahead log: reads never wait for writes. Needs memory shared between processes, so a local disk. */
    WAL("wal"),
    /** A rollback journal: works on every file system; reads wait while a commit is written. */
    ROLLBACK("delete");

    private final String pragma;

    JournalMode(String pragma) {
        this.pragma = pragma;
    }

    /** What SQLite calls it. */
    String pragma() {
        return pragma;
    }
}
