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
     * The action as it stands in permission questions and policies.
     *
     * @return lower case, such as {@code read}
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
