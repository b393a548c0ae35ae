package id.lum.traffic;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * What the right answers follow: which file of grants is in force, and whether lum.id is there. Whoever changes it says
 * so here; while it changes, the answers of before and after are both right. Safe for many threads.
 */
public final class ExpectedState {
    private record Moment(Set<String> files, Set<Boolean> lumid) {}

    // Odd while Runmesh may give no usable answer.
    private final AtomicInteger runmesh = new AtomicInteger();
    // Appended to under this. A caller remembers by its number when it began.
    private final List<Moment> moments = new CopyOnWriteArrayList<>();

    /**
     * A world with a lum.id.
     *
     * @param file the file of grants in force, by any name
     */
    public ExpectedState(String file) {
        moments.add(new Moment(Set.of(file), Set.of(true)));
    }

    /**
     * Another file of grants comes into force.
     *
     * @param file the other
     * @param move returns once only the other is asked
     */
    public synchronized void moves(String file, Runnable move) {
        Moment before = latest();
        moments.add(new Moment(union(before.files(), Set.of(file)), before.lumid()));
        move.run();
        moments.add(new Moment(Set.of(file), before.lumid()));
    }

    /**
     * lum.id goes away.
     *
     * @param change returns once it is away
     */
    public void loses(Runnable change) {
        lumid(false, change);
    }

    /**
     * lum.id comes back.
     *
     * @param change returns once nobody waits any more for what was asked before
     */
    public void regains(Runnable change) {
        lumid(true, change);
    }

    private synchronized void lumid(boolean there, Runnable change) {
        Moment before = latest();
        moments.add(new Moment(before.files(), Set.of(true, false)));
        change.run();
        moments.add(new Moment(before.files(), Set.of(there)));
    }

    /**
     * Runmesh gives no usable answer for a while, and the balance guard lets everybody through.
     *
     * @param change returns once Runmesh answers again, and nobody waits any more for what was asked before
     */
    public void withoutRunmesh(Runnable change) {
        runmesh.incrementAndGet();
        try {
            change.run();
        } finally {
            runmesh.incrementAndGet();
        }
    }

    int runmeshNow() {
        return runmesh.get();
    }

    /** Whether Runmesh may have given no usable answer at some time since. */
    boolean runmeshMayBeAwaySince(int moment) {
        return moment % 2 != 0 || moment != runmesh.get();
    }

    private Moment latest() {
        return moments.get(moments.size() - 1);
    }

    int now() {
        return moments.size() - 1;
    }

    /** The files that were in force at some time since. */
    Set<String> filesSince(int moment) {
        return since(moment).flatMap(then -> then.files().stream()).collect(toUnmodifiableSet());
    }

    /** Whether lum.id was away at some time since. */
    boolean mayBeAwaySince(int moment) {
        return since(moment).anyMatch(then -> then.lumid().contains(false));
    }

    /** Whether lum.id was there at some time since. */
    boolean mayBeThereSince(int moment) {
        return since(moment).anyMatch(then -> then.lumid().contains(true));
    }

    private Stream<Moment> since(int moment) {
        return moments.stream().skip(moment);
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        return Stream.of(some, others).flatMap(Set::stream).collect(toUnmodifiableSet());
    }
}
