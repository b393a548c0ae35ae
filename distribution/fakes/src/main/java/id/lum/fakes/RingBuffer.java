package id.lum.fakes;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;

/** The latest of many, oldest first: so many that a test finds what it looks for, and so few that a flood fits. */
final class RingBuffer<T> {
    private static final int KEPT = 1000;

    private final Deque<T> kept = new ArrayDeque<>();
    private int all;

    synchronized void add(T one) {
        kept.addLast(one);
        all++;
        if (kept.size() > KEPT) {
            kept.removeFirst();
        }
    }

    synchronized List<T> list() {
        return List.copyOf(kept);
    }

    /** Throws a {@link NoSuchElementException} if there was none. */
    synchronized T last() {
        return kept.getLast();
    }

    /** How many there were, kept or not. */
    synchronized int all() {
        return all;
    }
}
