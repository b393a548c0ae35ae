package id.lum.support.sqlite;

import id.lum.hooks.LogSafe;

/** A store that could not be opened. The message names the setting and the path, what is wrong and the remedy. */
public final class StoreRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreRefused(StoreSettings settings, String wrong, String remedy, Throwable cause) {
        super(
                LogSafe.of(settings.owner()) + " = \""
                        + LogSafe.of(settings.path().toString()) + "\" is refused: " + wrong + ". " + remedy + ".",
                cause);
    }
}
