package id.lum.core.grants;

/** Which grants a reconcile may delete when they were last confirmed before the session. */
public enum Sweep {
    /** Those of every kind: the list is all there is, so an empty one wipes every grant from before the session. */
    EVERY_KIND,
    /** Those of the kinds that the list holds a resource of: an empty list does nothing. */
    LISTED_KINDS
}
