package id.lum.core.grants;

import java.util.Optional;

/** How much a grant allows. A higher level includes the lower. */
public enum GrantLevel {
    /** Look at it. */
    READ(1),
    /** Change or cancel it. */
    WRITE(2);

    private final int stored;

    GrantLevel(int stored) {
        this.stored = stored;
    }

    /**
     * The number that stands for it in the table.
     *
     * @return 1 or 2
     */
    public int stored() {
        return stored;
    }

    /**
     * The level that a stored number stands for.
     *
     * @param stored a number from the table
     * @return the level; empty for any other number, which opens nothing
     */
    public static Optional<GrantLevel> ofStored(long stored) {
        return stored == 1 ? Optional.of(READ) : stored == 2 ? Optional.of(WRITE) : Optional.empty();
    }

    /**
     * Whether this is enough.
     *
     * @param needed the level needed
     * @return true if this is at least that
     */
    public boolean covers(GrantLevel needed) {
        return stored >= needed.stored;
    }
}
