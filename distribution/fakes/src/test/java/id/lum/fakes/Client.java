package id.lum.fakes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A client that follows nothing and waits for nobody, and says in a word what it saw. */
final class Client {
    /** The connection broke, or what came was not HTTP. */
    static final String BROKEN = "broken";

    static final String REFUSED = "refused";
    static final String LATE = "late";
    static final String HUGE = "huge";

    private static final int MOST = 100_000;
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Duration patience;

    private Client(Duration patience) {
        this.patience = patience;
    }

    static Client patient() {
        return new Client(BOUND);
    }

    static Client impatient() {
        return new Client(Duration.ofMillis(300));
    }

    /** What came back: a status, a header that was asked for, and what there was of a body. */
    record Reply(String seen, HttpResponse<InputStream> response) {
        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }
    }

    HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(patience).header("Content-Type", "application/json");
    }

    String post(FakeServer server, String path, String body, String... headers) {
        return seen(() -> reply(server, path, body, headers).seen());
    }

    String get(FakeServer server, String path, String... headers) {
        HttpRequest.Builder request = request(server.url().resolve(path));
        return seen(() -> send((headers.length > 0 ? request.headers(headers) : request).build())
                .seen());
    }

    Reply reply(FakeServer server, String path, String body, String... headers) throws IOException {
        HttpRequest.Builder request = request(server.url().resolve(path)).POST(BodyPublishers.ofString(body));
        return send((headers.length > 0 ? request.headers(headers) : request).build());
    }

    private Reply send(HttpRequest request) throws IOException {
        try {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                Executor later = CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS);
                AtomicBoolean closed = new AtomicBoolean();
                later.execute(() -> {
                    closed.set(true);
                    closeQuietly(body);
                });
                byte[] bytes = read(body, closed);
                String seen = bytes.length > MOST ? HUGE : new String(bytes, StandardCharsets.UTF_8);
                return new Reply(response.statusCode() + " " + seen, response);
            }
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    private static byte[] read(InputStream body, AtomicBoolean closed) throws IOException {
        try {
            return body.readNBytes(MOST + 1);
        } catch (IOException broken) {
            throw closed.get() ? new HttpTimeoutException("the body") : broken;
        }
    }

    /** Sends something. */
    @FunctionalInterface
    private interface Sending {
        String send() throws IOException;
    }

    private static String seen(Sending sending) {
        try {
            return sending.send();
        } catch (ConnectException nobody) {
            return REFUSED;
        } catch (HttpTimeoutException late) {
            return LATE;
        } catch (IOException broken) {
            return BROKEN;
        }
    }

    private static void closeQuietly(InputStream body) {
        try {
            body.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
