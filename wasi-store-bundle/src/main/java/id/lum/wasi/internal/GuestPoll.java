package id.lum.wasi.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Waits for an instance that has nothing to do, by {@code poll_oneoff}. */
final class GuestPoll {
    private static final int MAX_SUBSCRIPTIONS = 64;
    private static final int SUBSCRIPTION_BYTES = 48;
    private static final int EVENT_BYTES = 32;

    private final GuestMemory memory;
    private final GuestClock clock;

    GuestPoll(GuestMemory memory, GuestClock clock) {
        this.memory = memory;
        this.clock = clock;
    }

    /** Sleeps until the first clock of those that it waits for. Of descriptors none can be waited for. */
    int poll(int subscriptions, int events, int count, int result) {
        if (count <= 0 || count > MAX_SUBSCRIPTIONS) {
            return Errno.INVALID;
        }
        int first = -1;
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            int address = subscriptions + i * SUBSCRIPTION_BYTES;
            long wait = isClock(address) ? waitOf(address) : 0;
            if (wait < shortest) {
                first = address;
                shortest = wait;
            }
        }
        try {
            clock.sleep(shortest);
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
            throw new WasiHost.Stopped();
        }
        memory.write(
                events,
                ByteBuffer.allocate(EVENT_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0, memory.readLong(first))
                        .putShort(8, (short) (isClock(first) ? Errno.SUCCESS : Errno.BAD_DESCRIPTOR))
                        .put(10, (byte) memory.readInt(first + 8))
                        .array());
        memory.writeInt(result, 1);
        return Errno.SUCCESS;
    }

    private boolean isClock(int subscription) {
        return (memory.readInt(subscription + 8) & 0xff) == 0;
    }

    /** In nanoseconds, from now on. */
    private long waitOf(int subscription) {
        long timeout = memory.readLong(subscription + 24);
        boolean absolute = (memory.readInt(subscription + 40) & 1) != 0;
        if (!absolute) {
            return timeout < 0 ? Long.MAX_VALUE - 1 : timeout;
        }
        long now = clock.of(memory.readInt(subscription + 16));
        return Math.max(0, timeout - now);
    }
}
