package id.lum.support.lifecycle;

/** There is no resource to lease: it is closed, or it is being reopened and not back in time. No call was made. */
public final class ResourceUnavailable extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    ResourceUnavailable(String message) {
        super(message);
    }

    ResourceUnavailable(String message, InterruptedException interrupted) {
        super(message, interrupted);
    }
}
