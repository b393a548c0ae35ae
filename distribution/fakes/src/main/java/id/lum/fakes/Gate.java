package id.lum.fakes;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Who waits: requests for their release, and answers that never come for the client to give up. */
final class Gate {
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(1);

    void forRelease() throws InterruptedException {
        held.incrementAndGet();
        try {
            gate.await();
        } finally {
            held.decrementAndGet();
        }
    }

    void release() {
        CountDownLatch opened = gate;
        gate = new CountDownLatch(1);
        opened.countDown();
    }

    void forTheClientToGo(Socket connection) {
        held.incrementAndGet();
        try {
            if (connection.getInputStream().read() < 0) {
                abandoned.incrementAndGet();
            }
        } catch (IOException reset) {
            gone(connection);
        } finally {
            held.decrementAndGet();
        }
    }

    /** Counts a client whose connection broke, unless this side closed it. */
    void gone(Socket connection) {
        if (!connection.isClosed()) {
            abandoned.incrementAndGet();
        }
    }

    int held() {
        return held.get();
    }

    int abandoned() {
        return abandoned.get();
    }
}
