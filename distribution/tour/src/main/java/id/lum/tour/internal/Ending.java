package id.lum.tour.internal;

/**
 * How the container ends, as {@code bin/lumid} hears it. None is 0: the framework ends with that when it has failed.
 */
enum Ending {
    WRONG(1),
    ALL_RIGHT(100),
    /** Start me again: another chapter follows, and more after it. */
    ANOTHER_CHAPTER(101),
    /** Start me again: the last chapter follows. */
    LAST_CHAPTER(102);

    private final int status;

    Ending(int status) {
        this.status = status;
    }

    int status() {
        return status;
    }
}
