package id.lum.hooks.flowmesh;

import java.util.Locale;

/** What FlowMesh has: the kinds that its permission checks are about. */
public enum ResourceKind {
    /** A workflow that somebody submitted. */
    WORKFLOW,
    /** One task of a workflow. */
    TASK,
    /** What a task produced. Always checked with the id of the owning task. */
    RESULT,
    /** A machine. */
    NODE,
    /** A process on a machine that takes tasks. */
    WORKER,
    /** The server itself. */
    SYSTEM;

    /**
     * The id of the kind in resource references and policies.
     *
     * @return lower case, such as {@code workflow}
     */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
