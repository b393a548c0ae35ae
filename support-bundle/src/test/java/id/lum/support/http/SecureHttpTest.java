package id.lum.support.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import id.lum.fakes.Answer;
import id.lum.fakes.ScriptedServer;
import id.lum.support.http.HttpFailure.Kind;
import id.lum.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, and proxies, which are the system's. */
class SecureHttpTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path folder;

    private static SSLContext trusting;

    private final SSLContext contextBefore = defaultContext();
    private final ProxySelector proxiesBefore = ProxySelector.getDefault();
    private final BoundedHttp http = new BoundedHttp("secure", 8);
    private final CompletableFuture<Boolean> tunnelClosed = new CompletableFuture<>();
    private HttpsServer server;

    /** A certificate for localhost, and for no address. */
    @BeforeAll
    static void makeCertificate() throws Exception {
        Path file = folder.resolve("keys.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process made = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "test",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        assertThat(made.waitFor(120, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("test", keys.getCertificate("test"));
        trusted.init(certificates);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    }

    private static SSLContext defaultContext() {
        try {
            return SSLContext.getDefault();
        } catch (Exception impossible) {
            throw new AssertionError(impossible);
        }
    }

    @BeforeEach
    void start() throws IOException {
        SSLContext.setDefault(trusting);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(trusting));
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        http.close();
        server.stop(0);
        SSLContext.setDefault(contextBefore);
        ProxySelector.setDefault(proxiesBefore);
    }

    private HttpFailure failure(URI uri) {
        CompletableFuture<HttpResponse> reply = http.send(HttpRequest.get(uri), BOUND, 1000);
        try {
            throw new AssertionError("no failure but " + reply.get(BOUND.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException failed) {
            return (HttpFailure) failed.getCause();
        } catch (Exception late) {
            throw new AssertionError(late);
        }
    }

    private int status(URI uri) throws Exception {
        return http.send(HttpRequest.get(uri), BOUND, 1000)
                .get(BOUND.toSeconds(), TimeUnit.SECONDS)
                .status();
    }

    private static void by(int proxyPort) {
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("127.0.0.1", proxyPort)));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                throw new AssertionError(failure);
            }
        });
    }

    private URI at(String host) {
        return URI.create("https://" + host + ":" + server.getAddress().getPort() + "/");
    }

    @Test
    void aServerWithTheRightCertificateIsSpokenToAgainAndAgain() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(status(at("localhost"))).isEqualTo(200);
        }
    }

    @Test
    void aCertificateForAnotherNameWillNotDo() {
        assertThat(failure(at("127.0.0.1")).kind()).isEqualTo(Kind.TLS);
    }

    @Test
    void aCertificateThatNobodyTrustsWillNotDo() {
        SSLContext.setDefault(contextBefore);
        assertThat(failure(at("localhost")).kind()).isEqualTo(Kind.TLS);
    }

    @Test
    void aTunnelThroughAProxyEndsAtTheServer() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> tunnel(proxy, ""));
            by(proxy.getLocalPort());
            assertThat(status(at("localhost"))).isEqualTo(200);
            assertThat(status(at("localhost"))).as("by the same tunnel").isEqualTo(200);
            assertThat(Await.result(asked))
                    .startsWith("CONNECT localhost:" + server.getAddress().getPort() + " HTTP/1.1\r\nHost: localhost:");
        }
    }

    /** It would be taken for an answer that came by TLS. */
    @Test
    void whatAProxySendsInPlainTextAfterItsAnswerIsRefused() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String forged = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> tunnel(proxy, forged));
            by(proxy.getLocalPort());
            HttpFailure refused = failure(at("localhost"));
            assertThat(refused.kind()).isEqualTo(Kind.PROXY);
            assertThat(refused).hasMessage("refused by the proxy: it sent more than its answer to CONNECT");
            assertThat(Await.result(asked)).startsWith("CONNECT localhost:");
            assertThat(Await.result(tunnelClosed)).isTrue();
        }
    }

    private String tunnel(ServerSocket proxy, String surplus) {
        try {
            Socket client = proxy.accept();
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                head.write(client.getInputStream().read());
            }
            Socket target = new Socket(
                    InetAddress.getLoopbackAddress(), server.getAddress().getPort());
            client.getOutputStream()
                    .write(("HTTP/1.1 200 Connected\r\n\r\n" + surplus).getBytes(StandardCharsets.US_ASCII));
            pump(client, target).thenRun(() -> tunnelClosed.complete(true));
            pump(target, client);
            return head.toString(StandardCharsets.ISO_8859_1);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Completed once {@code from} sends no more. */
    private static CompletableFuture<Void> pump(Socket from, Socket to) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try (from;
                    to;
                    InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                in.transferTo(out);
            } catch (IOException closed) {
                // By either side.
            } finally {
                over.complete(null);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return over;
    }

    @Test
    void aProxyThatRefusesATunnelIsNamedWithItsStatus() {
        try (ScriptedServer proxy = ScriptedServer.start()) {
            proxy.script().always(Answer.of(407, ""));
            by(proxy.port());
            HttpFailure refused = failure(URI.create("https://lumid.internal/"));
            assertThat(refused.kind()).isEqualTo(Kind.PROXY);
            assertThat(refused)
                    .hasMessage("refused by the proxy: proxy 127.0.0.1:" + proxy.port()
                            + " answered CONNECT with status 407, it wants authentication");
            Await.until("the socket is closed", () -> proxy.connected() == 0);
        }
    }

    @Test
    void withoutTlsAProxyIsToldTheWholeTarget() throws Exception {
        try (ScriptedServer proxy = ScriptedServer.start()) {
            by(proxy.port());
            assertThat(status(URI.create("http://lumid.internal:81/some?query")))
                    .isEqualTo(200);
            assertThat(proxy.latest().get(0).line()).isEqualTo("GET http://lumid.internal:81/some?query HTTP/1.1");
            assertThat(proxy.latest().get(0).header("host")).contains("lumid.internal:81");
        }
    }
}
