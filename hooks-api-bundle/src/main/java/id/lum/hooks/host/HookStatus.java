package id.lum.hooks.host;

/**
 * One hook of a view, as an operator sees it.
 *
 * @param kind the id of the hook's kind, such as {@code identity}; see {@link HookKind}
 * @param name the hook's name, empty for a required kind of which no hook was seen
 * @param ranking the service ranking, the last known one for a hook that is unavailable
 * @param required whether calls are refused without it
 * @param state whether it is there
 */
public record HookStatus(String kind, String name, int ranking, boolean required, State state) {

    /** Whether a hook is there. */
    public enum State {
        /** It is asked. */
        PRESENT,
        /** It was there, or is required, and is not: calls that need it wait, and fail after the grace time. */
        UNAVAILABLE
    }
}
