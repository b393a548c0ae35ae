package id.lum.fakes;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** What comes instead of the normal: first some, once each and in order, and then one for as long as it stands. */
public final class Script<T> {
    private final Deque<T> next = new ArrayDeque<>();
    private Optional<T> always = Optional.empty();

    Script() {}

    /** Once each and in order, after those that are still to come. */
    @SafeVarargs
    public final synchronized Script<T> next(T... more) {
        for (T one : more) {
            next.add(one);
        }
        return this;
    }

    /** Whenever nothing else is to come. */
    public synchronized Script<T> always(T standing) {
        always = Optional.of(standing);
        return this;
    }

    /** Nothing is scripted any more. */
    public synchronized void normal() {
        next.clear();
        always = Optional.empty();
    }

    synchronized Optional<T> take() {
        return next.isEmpty() ? always : Optional.of(next.remove());
    }
}
