package id.lum.hooks.lumilake;

import java.util.Locale;

/** What Lumilake has: the kinds that its permission checks are about. */
public enum ResourceKind {
    /** A job that somebody submitted. */
    JOB,
    /** What a job stored. */
    ARTIFACT,
    /** What a job did, step by step. */
    TRACE,
    /** A table that jobs read. */
    TABLE,
    /** A part of the object store; checked by the host but never registered. */
    OBJECT_PREFIX,
    /** A process that takes jobs. */
    WORKER,
    /** The server itself. */
    SYSTEM;

    /**
     * The id of the kind in resource references and policies.
     *
     * @return lower case with hyphens, such as {@code object-prefix}
     */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
