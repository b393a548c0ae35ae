package id.lum.support.sqlite;

import id.lum.hooks.LogSafe;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import id.lum.support.lifecycle.SwappableResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store in force, if there is one, and how another one takes its place: beside it, after its close or, where the
 * store can stay open, not at all. For one thread at a time, except for {@link #close}.
 */
final class ServedStore<S, R extends Stoppable> {
    private static final Logger LOG = LoggerFactory.getLogger(ServedStore.class);
    /** How long a call waits while a store is closed and opened again. */
    private static final Duration REOPEN_TIMEOUT = Duration.ofSeconds(10);
    /** How long a file that was left a moment ago may take to be closed. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    /** The files of the store in force are not in their place. */
    static final class Displaced extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Displaced(String sentence) {
            super(sentence);
        }
    }

    /** @param realPath where the database was when it was opened */
    private record Serving<S, R extends Stoppable>(S settings, Path realPath, SwappableResource<R> resource) {}

    private final StoreFactory<S, R> factory;
    private volatile Optional<Serving<S, R>> serving = Optional.empty();
    /** Whether the store in force is closed, because another database is in its place that cannot be opened yet. */
    private boolean closedForAnother;
    /** Whether the last settings closed the store in force, be it for a moment. */
    private boolean interrupted;

    ServedStore(StoreFactory<S, R> factory) {
        this.factory = factory;
    }

    /** What callers lease, from the first store on. */
    SwappableResource<R> resource() {
        return serving.orElseThrow().resource();
    }

    /** Whether it answers calls. */
    boolean serves() {
        return !closedForAnother && isOpen();
    }

    private boolean isOpen() {
        return serving.filter(now -> now.resource().isOpen()).isPresent();
    }

    /** Whether the last {@link #open} closed the store in force, be it for a moment. */
    boolean wasInterrupted() {
        return interrupted;
    }

    boolean isClosedForAnother() {
        return closedForAnother;
    }

    /** The database of the store in force, as it was configured. */
    StoreSettings database() {
        return factory.databaseOf(serving.orElseThrow().settings());
    }

    /** Whether the file that serves is meant, by whatever name. */
    private boolean isFileOf(S settings) {
        return serving.filter(now ->
                        samePlace(now.realPath(), factory.databaseOf(settings).realPath()))
                .isPresent();
    }

    private static boolean samePlace(Path one, Path other) {
        try {
            // A directory may have a second name by a bind mount, which no real path shows.
            return one.equals(other)
                    || one.getFileName().equals(other.getFileName())
                            && Files.isSameFile(one.getParent(), other.getParent());
        } catch (IOException oneOfThemIsMissing) {
            return false;
        }
    }

    /** What is wrong with the files of the store in force, as a sentence. */
    Optional<String> displacement() {
        return serving.filter(now -> now.resource().isOpen())
                .flatMap(now -> closedForAnother
                        ? Optional.of(database().owner() + " has no open database.")
                        : now.resource().<Optional<String>>withResource(factory::displaced));
    }

    /**
     * Puts settings in force.
     *
     * @throws Displaced if the files of the store are not in their place and it would have to be opened again
     * @throws Exception if it cannot be opened; what was in force stays, where that is possible
     */
    void open(S settings) throws Exception {
        interrupted = false;
        Path realPath = factory.databaseOf(settings).realPath();
        SwappableResource<R> resource;
        if (serving.isEmpty()) {
            resource = new SwappableResource<>(
                    factory.databaseOf(settings).owner(), factory.open(settings), REOPEN_TIMEOUT);
        } else {
            Serving<S, R> now = serving.get();
            resource = now.resource();
            if (!isFileOf(settings)) {
                moveTo(settings, now);
            } else if (resource.isOpen() && factory.staysOpen(now.settings(), settings)) {
                resource.<Boolean>withResource(store -> {
                    factory.reconfigure(store, settings);
                    return true;
                });
                serving = Optional.of(new Serving<>(settings, now.realPath(), resource));
                return;
            } else {
                displacement().ifPresent(objection -> {
                    throw new Displaced(objection);
                });
                interrupted = true;
                resource.reopen(() -> openExisting(settings), () -> openExisting(now.settings()));
            }
        }
        closedForAnother = false;
        serving = Optional.of(new Serving<>(settings, realPath, resource));
    }

    private void moveTo(S settings, Serving<S, R> now) {
        now.resource().awaitClosed(CLOSE_TIMEOUT);
        if (!serves() && factory.mustBeOpenToLeave()) {
            openToLeave(now, factory.databaseOf(settings));
        }
        if (serves()) {
            factory.move(now.resource(), settings);
        } else {
            now.resource().replace(factory.open(settings));
        }
    }

    /** It serves again with its old settings, also if it cannot be left now. */
    private void openToLeave(Serving<S, R> now, StoreSettings wanted) {
        StoreSettings old = factory.databaseOf(now.settings());
        String path = LogSafe.of(old.path().toString());
        if (old.contentStamp().isEmpty()) {
            LOG.warn("{}: the file of the store in force, {}, is missing or empty. It is left.", old.owner(), path);
            return;
        }
        try {
            now.resource().replace(factory.open(now.settings()));
            closedForAnother = false;
        } catch (Exception | Error refused) {
            throw new IllegalStateException(
                    wanted.owner() + " = \"" + LogSafe.of(wanted.path().toString())
                            + "\" is refused: the store in force, \"" + path
                            + "\", cannot be opened, and it is not known what it holds. "
                            + ReopeningStore.sentence(old, refused)
                            + " Correct that, or move the file away to give up what it holds.",
                    refused);
        }
    }

    private R openExisting(S settings) {
        StoreSettings database = factory.databaseOf(settings);
        if (database.contentStamp().isEmpty()) {
            throw new IllegalStateException(
                    database.owner() + " = \"" + LogSafe.of(database.path().toString())
                            + "\" is missing or empty. Put it back, or name another path to begin anew.");
        }
        return factory.open(settings);
    }

    /**
     * Opens the database that is now in the place of the displaced one. The displaced store stays leased until then:
     * with a closed store calls fail at once, and with none they would wait.
     */
    void openInPlace() {
        Serving<S, R> now = serving.orElseThrow();
        StoreSettings database = database();
        Path realPath = database.realPath();
        now.resource().exchange(displaced -> {
            if (!closedForAnother) {
                factory.prepareCloseOfDisplaced(displaced);
                closeQuietly(displaced, database);
                closedForAnother = true;
            }
            return openExisting(now.settings());
        });
        closedForAnother = false;
        serving = Optional.of(new Serving<>(now.settings(), realPath, now.resource()));
        LOG.warn(
                "{}: the store was opened again, on the database that is now at {}.",
                database.owner(),
                LogSafe.of(realPath.toString()));
    }

    private static void closeQuietly(Stoppable displaced, StoreSettings database) {
        try {
            displaced.close();
        } catch (Exception | Error failed) {
            LOG.warn("{}: the displaced store did not close cleanly.", database.owner(), failed);
        }
    }

    /** Calls fail from now on. Safe to repeat, and from any thread. */
    void close(StopDeadline deadline) {
        serving.ifPresent(now -> now.resource().close(deadline));
    }
}
