package id.lum.hooks.lumilake;

import java.util.Locale;

/** What can be done to a Lumilake resource. */
public enum ResourceAction {
    /** Look at it. */
    READ,
    /** Make or change it. */
    WRITE,
    /** Stop it. */
    CANCEL,
    /** Administer it. */
    ADMIN;

    /**
     * The id of the action in permission questions and policies.
     *
     * @return lower case, such as {@code read}
     */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
