package id.lum.support.plugin;

/** What becomes of the lines that plugins print. */
public enum OutputMode {
    /** They are dropped. */
    OFF,
    /** Each is logged at DEBUG. */
    DEBUG,
    /** Each is logged at the level that the plugin gives it. */
    LEVELS
}
