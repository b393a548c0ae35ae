package id.lum.core.internal.grants;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Levels of single grants in memory: 32 bytes a slot, at most two slots out of three in use, whatever the names.
 *
 * <p>A table of our own, because a general cache takes 210 bytes a grant, with its names, and does its maintenance in
 * the threads of those who ask. Reads take no lock and allocate nothing. Changes are made under the lock of their
 * caller. Each slot has a sequence number, which is odd while the slot is written: a read that meets an odd number, or
 * another one after it than before, finds nothing. A slot that was used since the hand of the clock passed it gets
 * another round before it is evicted.
 */
final class LevelTable {
    /** What {@link #find} answers for a grant that is not in memory. */
    static final int ABSENT = -1;

    // In a slot; a level is stored as one more than its number.
    private static final long REMOVED = 0;

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    /** A slot has four words: its state, the two of the digest, and the level. */
    private static final int SLOT = 4;
    /** How far from its place a grant may be. */
    private static final int WINDOW = 16;

    private static final int FIRST_SLOTS = 1 << 10;
    private static final int LONGEST_SEARCH = 64;

    // Of a state. The sequence number is above the bit for use; its lowest bit is set while the slot is written.
    private static final long USED = 1;
    private static final long WRITING = 2;
    private static final long NEVER_WRITTEN = 0;

    private final int bound;
    private final int maxSlots;
    // Replaced when it grows. Its slots are written under the lock of the caller, but for the bit for use.
    private volatile long[] slots;
    // All below under the lock of the caller.
    private int held;
    private int hand;
    private long evictions;

    /** @param bound how many grants at most */
    LevelTable(int bound) {
        this.bound = bound;
        this.maxSlots = (int) Math.min((Integer.MAX_VALUE - 8) / SLOT, Math.max(WINDOW, bound * 3L / 2));
        this.slots = new long[SLOT * Math.min(maxSlots, FIRST_SLOTS)];
    }

    /** The number of the level, 0 for no grant; {@link #ABSENT} if it is not in memory. */
    int find(GrantDigest digest) {
        long[] words = slots;
        int at = place(words, digest.first());
        for (int i = 0; i < WINDOW; i++) {
            long state = (long) WORDS.getAcquire(words, at);
            if (state == NEVER_WRITTEN) {
                return ABSENT;
            }
            if (isOf(words, at, digest)) {
                return read(words, at, state);
            }
            at = after(words, at);
        }
        return ABSENT;
    }

    private static int read(long[] words, int at, long state) {
        long level = (long) WORDS.getOpaque(words, at + 3);
        VarHandle.loadLoadFence();
        long after = (long) WORDS.getOpaque(words, at);
        if ((state & WRITING) != 0 || (state | USED) != (after | USED) || level == REMOVED) {
            return ABSENT;
        }
        if ((after & USED) == 0) {
            // If this fails, the slot was written or used meanwhile.
            WORDS.compareAndSet(words, at, after, after | USED);
        }
        return (int) level - 1;
    }

    private static boolean isOf(long[] words, int at, GrantDigest digest) {
        return (long) WORDS.getOpaque(words, at + 1) == digest.first()
                && (long) WORDS.getOpaque(words, at + 2) == digest.second();
    }

    private static int place(long[] words, long first) {
        // The upper half of a product: any number of slots will do.
        return SLOT * (int) ((first >>> 32) * (words.length / SLOT) >>> 32);
    }

    private static int after(long[] words, int at) {
        return at + SLOT == words.length ? 0 : at + SLOT;
    }

    // Under the lock of the caller

    /** @param level the number of a level, or 0 */
    void put(GrantDigest digest, int level) {
        if (bound == 0) {
            return;
        }
        int at = slotFor(digest);
        if (at < 0 || held * 3L > slots.length / SLOT * 2L) {
            grow();
            at = slotFor(digest);
        }
        if (at < 0) {
            at = evictFrom(place(slots, digest.first()), WINDOW);
        } else if (held >= bound && slots[at + 3] == REMOVED) {
            hand = evictFrom(hand < slots.length ? hand : 0, LONGEST_SEARCH);
        }
        held += slots[at + 3] == REMOVED ? 1 : 0;
        write(slots, at, digest.first(), digest.second(), level + 1);
    }

    void remove(GrantDigest digest) {
        int at = place(slots, digest.first());
        for (int i = 0; i < WINDOW && slots[at] != NEVER_WRITTEN; i++) {
            if (isOf(slots, at, digest)) {
                empty(at);
                return;
            }
            at = after(slots, at);
        }
    }

    void clear() {
        slots = new long[SLOT * Math.min(maxSlots, FIRST_SLOTS)];
        held = 0;
    }

    int held() {
        return held;
    }

    long evictions() {
        return evictions;
    }

    /** Where the grant is, or else can be written; negative if all slots in question are taken. */
    private int slotFor(GrantDigest digest) {
        int free = -1;
        int at = place(slots, digest.first());
        for (int i = 0; i < WINDOW; i++) {
            if (slots[at] != NEVER_WRITTEN && isOf(slots, at, digest)) {
                return at;
            }
            if (free < 0 && slots[at + 3] == REMOVED) {
                free = at;
            }
            at = after(slots, at);
        }
        return free;
    }

    /** Evicts the first grant that was not used, of so many from here; the last if all were. Returns its slot. */
    private int evictFrom(int start, int length) {
        int at = start;
        int left = length;
        while (slots[at + 3] == REMOVED || --left > 0 && isUsed(at)) {
            at = after(slots, at);
        }
        evictions++;
        empty(at);
        return at;
    }

    private boolean isUsed(int at) {
        long state = (long) WORDS.getAndBitwiseAnd(slots, at, ~USED);
        return (state & USED) != 0;
    }

    private void empty(int at) {
        held -= slots[at + 3] == REMOVED ? 0 : 1;
        // The digest stays, so that a search goes on to the grants behind it.
        write(slots, at, slots[at + 1], slots[at + 2], REMOVED);
    }

    private void grow() {
        long[] old = slots;
        if (old.length / SLOT == maxSlots) {
            return;
        }
        int size = (int) Math.min(maxSlots, old.length / SLOT * 2L);
        slots = new long[SLOT * size];
        held = 0;
        for (int from = 0; from < old.length; from += SLOT) {
            int at = old[from + 3] == REMOVED ? -1 : slotFor(new GrantDigest(old[from + 1], old[from + 2]));
            if (at >= 0) {
                held++;
                write(slots, at, old[from + 1], old[from + 2], old[from + 3]);
            }
        }
    }

    private static void write(long[] words, int at, long first, long second, long level) {
        // Unused, and writing; adding once more makes the next even number.
        long writing = (words[at] | USED) + 1;
        WORDS.setOpaque(words, at, writing);
        VarHandle.storeStoreFence();
        WORDS.setOpaque(words, at + 1, first);
        WORDS.setOpaque(words, at + 2, second);
        WORDS.setOpaque(words, at + 3, level);
        WORDS.setRelease(words, at, writing + WRITING);
    }
}
