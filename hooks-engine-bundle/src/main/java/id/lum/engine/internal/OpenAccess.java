package id.lum.engine.internal;

/**
 * Whether a host can still have open access. It ends with the first identity or permission hook of the host, also if
 * that leaves or the view is made anew.
 */
final class OpenAccess {
    private volatile boolean ended;

    /** Ends it for good: the host has a hook that can refuse a caller. */
    void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }
}
