package id.lum.core.adapter;

import id.lum.core.live.Live;
import id.lum.core.sqlite.StoreSettings;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a {@link LiveStore} has to know about the stores that it keeps open.
 *
 * @param <S> what a store is opened with
 * @param <R> the store
 */
@ConsumerType
public interface StoreKind<S, R extends AutoCloseable> {

    /**
     * The database among the settings.
     *
     * @param settings what a store is opened with
     * @return its database
     */
    StoreSettings databaseOf(S settings);

    /**
     * Opens a store.
     *
     * @param settings what to open
     * @return the open store
     * @throws RuntimeException if it cannot be opened; the message is for the operator
     */
    R open(S settings);

    /**
     * Whether an open store can serve other settings for the same file without being opened again.
     *
     * @param now the settings it was opened with, or last reconfigured
     * @param next the other settings; the path may be spelled another way
     * @return false if it must be closed and opened again
     */
    default boolean staysOpen(S now, S next) {
        return databaseOf(now).equalsApartFromPath(databaseOf(next));
    }

    /**
     * Applies what differs to a store that stays open.
     *
     * @param open the store
     * @param next the settings that come into force
     */
    default void reconfigure(R open, S next) {}

    /**
     * Puts a store on another file in the place of the one in force.
     *
     * @param live what is in force; it closes what it is given
     * @param settings what to open
     * @throws RuntimeException if it cannot be opened, or the old one not be left; the message is for the operator
     */
    default void move(Live<R> live, S settings) {
        live.replace(open(settings));
    }

    /**
     * What it means that none of them could be opened yet.
     *
     * @return a sentence for the operator
     */
    String meanwhile();
}
