package id.lum.support.http;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.ScriptedServer;
import id.lum.support.http.ConnectionOperator.NameService;
import id.lum.support.http.ConnectionOperator.Sockets;
import id.lum.support.http.HttpFailure.Kind;
import id.lum.testing.Await;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.KeyManagementException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.ssl.SSLInitializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What this machine lacks is told apart from what the other side does: whoever asks must not take it for an answer. */
class LocalShortageTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final NameService UNKNOWN = host -> {
        throw new UnknownHostException(host + ": System error");
    };

    private final ScriptedServer server = ScriptedServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    /** Takes no descriptor. */
    private static Socket withoutDescriptor() {
        return new Socket() {
            @Override
            public void setTcpNoDelay(boolean on) throws SocketException {
                throw new SocketException("Too many open files");
            }
        };
    }

    private static Socket thatConnectsWith(IOException failure) {
        return new Socket() {
            @Override
            public void connect(SocketAddress to, int millis) throws IOException {
                throw failure;
            }
        };
    }

    private HttpFailure failure(BoundedHttp http) {
        URI there = URI.create("http://there.example:" + server.port() + "/");
        try {
            http.send(HttpRequest.get(there), BOUND, 1024).join();
            throw new AssertionError("an answer");
        } catch (CompletionException failed) {
            return (HttpFailure) failed.getCause();
        }
    }

    private Kind kind(NameService names, Sockets sockets) {
        try (BoundedHttp http = new BoundedHttp("short", 1, names, sockets, System::nanoTime)) {
            return failure(http).kind();
        }
    }

    private static InetAddress[] here(String host) throws UnknownHostException {
        return new InetAddress[] {InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})};
    }

    private static InetAddress[] twice(String host) throws UnknownHostException {
        return new InetAddress[] {here(host)[0], here(host)[0]};
    }

    @Test
    void withoutADescriptorForASocketTheFaultIsOursAndTheLogSaysWhich() {
        try (BoundedHttp http = new BoundedHttp(
                "short", 1, LocalShortageTest::here, LocalShortageTest::withoutDescriptor, System::nanoTime)) {
            assertThat(failure(http))
                    .hasMessage("internal error: no socket: Too many open files")
                    .extracting(HttpFailure::kind)
                    .isEqualTo(Kind.INTERNAL);
        }
    }

    @Test
    void withoutADescriptorForALookupTheFaultIsOurs() {
        assertThat(kind(UNKNOWN, LocalShortageTest::withoutDescriptor)).isEqualTo(Kind.INTERNAL);
        assertThat(kind(UNKNOWN, ConnectionOperator::direct)).isEqualTo(Kind.UNKNOWN_HOST);
    }

    @Test
    void whatJavaRemembersOfALookupWithoutADescriptorIsOursToo() {
        AtomicBoolean shortage = new AtomicBoolean(true);
        try (BoundedHttp http = new BoundedHttp(
                "short",
                1,
                UNKNOWN,
                () -> shortage.get() ? withoutDescriptor() : ConnectionOperator.direct(),
                System::nanoTime)) {
            assertThat(failure(http).kind()).isEqualTo(Kind.INTERNAL);
            shortage.set(false);
            assertThat(failure(http).kind()).isEqualTo(Kind.INTERNAL);
        }
    }

    @Test
    void callsThatFollowEachOtherNeedRoomForOneOnly() {
        try (BoundedHttp http = new BoundedHttp("short", 1, UNKNOWN, ConnectionOperator::direct, System::nanoTime)) {
            for (int i = 0; i < 5_000; i++) {
                assertThat(failure(http).kind()).isEqualTo(Kind.UNKNOWN_HOST);
            }
        }
    }

    @Test
    void aCallAfterCallsWhoseLookupsStillHangAsksForItsHostToo() {
        CountDownLatch answered = new CountDownLatch(1);
        AtomicInteger lookups = new AtomicInteger();
        HttpRequest lost = HttpRequest.get(URI.create("http://slow.example/"));
        try (BoundedHttp http = new BoundedHttp("slow", 1, host -> {
            lookups.incrementAndGet();
            Await.latch(answered);
            return here(host);
        })) {
            for (int i = 1; i <= 8; i++) {
                int begun = i;
                CompletableFuture<HttpResponse> reply = http.send(lost, Duration.ofMinutes(5), 1024);
                Await.until("its host is asked for", () -> lookups.get() == begun);
                reply.cancel(true);
            }
            answered.countDown();
        }
    }

    @Test
    void aWaitForAConnectionThatIsOverIsATimeout() {
        assertThat(HttpFailure.of(new TimeoutException()).kind()).isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void withoutALocalPortTheFaultIsOurs() {
        String message = "Cannot assign requested address (connect failed)";
        for (IOException none : new IOException[] {
            new BindException(message), new ConnectException(message), new SocketException(message)
        }) {
            assertThat(kind(LocalShortageTest::here, () -> thatConnectsWith(none)))
                    .as(none.toString())
                    .isEqualTo(Kind.INTERNAL);
            assertThat(kind(LocalShortageTest::twice, () -> thatConnectsWith(none)))
                    .as(none.toString())
                    .isEqualTo(Kind.INTERNAL);
        }
    }

    @Test
    void anAddressThisMachineCannotReachHidesNotThatTheOtherRefuses() {
        AtomicBoolean first = new AtomicBoolean(true);
        assertThat(kind(
                        LocalShortageTest::twice,
                        () -> thatConnectsWith(
                                first.getAndSet(false)
                                        ? new ConnectException("Connection refused")
                                        : new BindException("Cannot assign requested address"))))
                .isEqualTo(Kind.REFUSED);
    }

    @Test
    void aCallThatNoThreadBeganInTimeIsBusy() {
        HttpCall call = new HttpCall(HttpRequest.get(server.url()), Duration.ofMillis(5), 1, ended -> {});
        call.pastDeadline();
        assertThat(call.reply())
                .failsWithin(BOUND)
                .withThrowableThat()
                .havingCause()
                .satisfies(failed -> assertThat(((HttpFailure) failed).kind()).isEqualTo(Kind.BUSY));
    }

    @Test
    void withoutCertificatesOfOurOwnTheFaultIsOurs() {
        assertThat(HttpFailure.of(new SSLInitializationException("no trust store", new KeyManagementException()))
                        .kind())
                .isEqualTo(Kind.INTERNAL);
    }
}
