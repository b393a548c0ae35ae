package id.lum.support.sqlite;

import id.lum.support.lifecycle.Stoppable;
import id.lum.support.lifecycle.SwappableResource;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a {@link ReopeningStore} has to know about the stores that it keeps open.
 *
 * @param <S> what a store is opened with
 * @param <R> the store
 */
@ConsumerType
public interface StoreFactory<S, R extends Stoppable> {

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
     * @param resource what is in force, open; it closes what it is given, and what that replaces
     * @param settings what to open
     * @throws RuntimeException if it cannot be opened, or the old one not be left; the message is for the operator
     */
    default void move(SwappableResource<R> resource, S settings) {
        resource.replace(open(settings));
    }

    /**
     * Whether {@link #move} decides by what the store in force holds. A store that cannot be opened is then not left
     * for another path before it opens, unless its file is missing or empty.
     *
     * @return false if any store may be left unread
     */
    default boolean mustBeOpenToLeave() {
        return false;
    }

    /**
     * Whether the files of a store were moved, removed, replaced or emptied since it was opened.
     *
     * @param open the store
     * @return what happened, as a sentence for the operator; absent if it serves what its path leads to
     */
    default Optional<String> displaced(R open) {
        return Optional.empty();
    }

    /**
     * Prepares a displaced store for its close: another database has come in its place and will be opened.
     *
     * @param displaced the store
     * @throws RuntimeException if it must stay open for now; the message is for the operator
     */
    default void prepareCloseOfDisplaced(R displaced) {}

    /**
     * What it means that none of them could be opened yet.
     *
     * @return a sentence for the operator
     */
    String consequenceWhileClosed();
}
