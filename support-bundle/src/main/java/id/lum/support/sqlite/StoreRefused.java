package id.lum.support.sqlite;

import id.lum.hooks.LogSafe;

/** A store that could not be opened. The message names the setting and the path, what is wrong and the remedy. */
public final class StoreRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whether the same setting may work later. */
    private final boolean passing;

    private StoreRefused(StoreSettings settings, boolean passing, String wrong, String remedy, Throwable cause) {
        super(
                LogSafe.of(settings.owner()) + " = \""
                        + LogSafe.of(settings.path().toString()) + "\" is refused: " + wrong + ". " + remedy + ".",
                cause);
        this.passing = passing;
    }

    /** The setting itself cannot work: somebody has to change it, or what it points at. */
    static StoreRefused setting(StoreSettings settings, String wrong, String remedy, Throwable cause) {
        return new StoreRefused(settings, false, wrong, remedy, cause);
    }

    /** The setting may be right; something else is in the way now. */
    static StoreRefused circumstance(StoreSettings settings, String wrong, String remedy, Throwable cause) {
        return new StoreRefused(settings, true, wrong, remedy, cause);
    }

    /**
     * Whether the cause lies outside the setting, such as another owner or a full disk, so that trying again may help.
     *
     * @return true if it is worth another try; false if the setting or its file must be changed first
     */
    public boolean mayPass() {
        return passing;
    }
}
