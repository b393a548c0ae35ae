package id.lum.support.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which failures of one thing are logged: of an outage the first of each cause, if wanted another one from time to
 * time, and its end. A stranger can make calls fail by the thousand, and must not rotate the log away: a cause is
 * logged once a minute at most, however often an outage begins anew. Thread-safe.
 *
 * <p>Times are in nanoseconds of a clock that does not go back.
 */
public final class Outage {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** More are counted and not logged. */
    private static final int MAX_CAUSES = 64;

    /**
     * What a line may say.
     *
     * @param failures how many there were in this outage
     * @param unlogged how many of them were not logged since the last that was
     * @param duration how long it has lasted
     */
    public record Line(long failures, long unlogged, Duration duration) {}

    private final Duration quiet;
    private final Duration repeat;
    // Read without the lock at every success, written under it.
    private volatile boolean failing;
    // Guarded by this, as what follows. By cause, when it was last logged: in this outage, and at all.
    private final Map<String, Long> logged = new HashMap<>();
    private final Map<String, Long> lastLines = new HashMap<>();
    private long failures;
    private long unlogged;
    private long since;
    private long lastFailure;

    /**
     * For something that is thought to be well.
     *
     * @param quiet how long after the last failure a success ends an outage; zero if at once
     * @param repeat how long after its last line a cause that goes on is logged again; zero if not at all
     */
    public Outage(Duration quiet, Duration repeat) {
        this.quiet = quiet;
        this.repeat = repeat;
    }

    /**
     * Something failed.
     *
     * @param cause distinguishes failures: one of a few words, none that a server or a stranger chose
     * @param now the time
     * @return what to log, if this failure is to be logged
     */
    public synchronized Optional<Line> failed(String cause, long now) {
        since = failing ? since : now;
        failing = true;
        failures++;
        lastFailure = now;
        if (!isDue(cause, now)) {
            unlogged++;
            return Optional.empty();
        }
        logged.put(cause, now);
        lastLines.put(cause, now);
        return Optional.of(line(now));
    }

    private boolean isDue(String cause, long now) {
        if (logged.containsKey(cause)) {
            return !repeat.isZero() && now - logged.get(cause) >= repeat.toNanos();
        }
        lastLines.values().removeIf(last -> now - last >= PAUSE.toNanos());
        return lastLines.size() < MAX_CAUSES && !lastLines.containsKey(cause);
    }

    private Line line(long now) {
        Line line = new Line(failures, unlogged, Duration.ofNanos(now - since));
        unlogged = 0;
        return line;
    }

    /**
     * Whether it has failed and is not known to be well again. Cheap.
     *
     * @return false if {@link #succeeded} need not be called
     */
    public boolean isFailing() {
        return failing;
    }

    /**
     * Something succeeded.
     *
     * @param now the time
     * @return what to log, if this ends an outage of which something was logged
     */
    public synchronized Optional<Line> succeeded(long now) {
        if (!failing || now - lastFailure < quiet.toNanos()) {
            return Optional.empty();
        }
        Optional<Line> end = logged.isEmpty() ? Optional.empty() : Optional.of(line(now));
        failing = false;
        failures = 0;
        unlogged = 0;
        logged.clear();
        return end;
    }
}
