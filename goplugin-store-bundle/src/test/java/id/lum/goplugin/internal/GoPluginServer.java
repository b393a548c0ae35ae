package id.lum.goplugin.internal;

import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.okhttp.OkHttpServerBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A plugin, as the library of hashicorp makes them of Go, that behaves as its arguments and the paths asked for want
 * it. It runs in a process of its own. Of what it gets at its start, it answers for the path {@code environment}.
 */
public final class GoPluginServer {
    static final String COOKIE = "cookie=";
    static final String OTHER_CERTIFICATE = "other-certificate";
    static final String NO_CERTIFICATE = "no-certificate";
    static final String HANGS_AT_SHUTDOWN = "hangs-at-shutdown";
    static final String NOT_SERVING = "not-serving";
    static final String LISTENS_LATE = "listens-late";

    /** How late; a host connects at once. In milliseconds. */
    private static final long LATE = 500;

    /** In front of a value that is printed before it is the answer. */
    static final String PRINTED = "printed/";

    /** In front of the text of an error. */
    static final String ERROR = "error/";

    /** A variable of the environment: the folder with a file for each path that is no name of a behaviour. */
    static final String SECRETS = "SECRETS_DIR";

    /** The name of a status. */
    static final String STATUS = "status/";

    private final List<String> arguments;
    private final CountDownLatch end = new CountDownLatch(1);

    private GoPluginServer(String... arguments) {
        this.arguments = Arrays.asList(arguments);
    }

    public static void main(String... arguments) throws Exception {
        new GoPluginServer(arguments).run();
    }

    private void run() throws Exception {
        requireCookie();
        Path socket = Path.of(
                System.getenv("PLUGIN_UNIX_SOCKET_DIR"),
                "plugin" + ProcessHandle.current().pid());
        Optional<String> client = Optional.ofNullable(System.getenv("PLUGIN_CLIENT_CERT"))
                .filter(pem -> !arguments.contains(NO_CERTIFICATE));
        ClientIdentity identity = ClientIdentity.create(Instant.now());
        ClientIdentity announced =
                arguments.contains(OTHER_CERTIFICATE) ? ClientIdentity.create(Instant.now()) : identity;
        Server server = OkHttpServerBuilder.forPort(
                        new InetSocketAddress("127.0.0.1", 0),
                        client.isPresent() ? tls(identity, client.get()) : InsecureServerCredentials.create())
                .socketFactory(new UnixServerSockets(socket))
                .addService(service("proto.TokenStore", "Value", MethodType.UNARY, this::value))
                .addService(service("grpc.health.v1.Health", "Check", MethodType.UNARY, this::check))
                .addService(service("plugin.GRPCController", "Shutdown", MethodType.UNARY, this::shutDown))
                .addService(service("plugin.GRPCStdio", "StreamStdio", MethodType.SERVER_STREAMING, this::stdio))
                .build();
        if (!arguments.contains(LISTENS_LATE)) {
            server.start();
        }
        System.out.println("1|1|unix|" + socket + "|grpc|"
                + (client.isPresent()
                        ? Base64.getEncoder().withoutPadding().encodeToString(announced.certificate())
                        : ""));
        if (arguments.contains(LISTENS_LATE)) {
            Thread.sleep(LATE);
            server.start();
        }
        end.await();
        server.shutdownNow();
        System.exit(0);
    }

    private void requireCookie() {
        String expected = arguments.stream()
                .filter(argument -> argument.startsWith(COOKIE))
                .findFirst()
                .map(argument -> argument.substring(COOKIE.length()))
                .orElse("hello");
        if (!expected.equals(System.getenv(PluginStarter.COOKIE))) {
            System.err.println("This binary is a plugin.");
            System.exit(1);
        }
    }

    private static ServerCredentials tls(ClientIdentity identity, String client) throws GeneralSecurityException {
        byte[] expected = Base64.getMimeDecoder().decode(client.replaceAll("-----.*-----", ""));
        X509ExtendedTrustManager trust = new OneClient(ClientIdentity.parse(expected));
        return TlsServerCredentials.newBuilder()
                .keyManager(identity.keyManagers())
                .trustManager(trust)
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                .build();
    }

    private interface Answer {
        /** Answers the request. */
        void to(ProtoMessage request, ServerCall<ProtoMessage, ProtoMessage> call);
    }

    private static ServerServiceDefinition service(String service, String method, MethodType type, Answer answer) {
        MethodDescriptor<ProtoMessage, ProtoMessage> descriptor = MethodDescriptor.newBuilder(
                        ProtoMessage.MARSHALLER, ProtoMessage.MARSHALLER)
                .setType(type)
                .setFullMethodName(service + "/" + method)
                .build();
        ServerCallHandler<ProtoMessage, ProtoMessage> handler = (call, headers) -> {
            call.request(2);
            return new ServerCall.Listener<>() {
                private ProtoMessage request = ProtoMessage.EMPTY;

                @Override
                public void onMessage(ProtoMessage message) {
                    request = message;
                }

                @Override
                public void onHalfClose() {
                    answer.to(request, call);
                }
            };
        };
        return ServerServiceDefinition.builder(service)
                .addMethod(descriptor, handler)
                .build();
    }

    private static String text(ProtoMessage request, int field) {
        try {
            return request.text(field);
        } catch (IOException noText) {
            throw new UncheckedIOException(noText);
        }
    }

    private static void send(ServerCall<ProtoMessage, ProtoMessage> call, ProtoMessage message) {
        call.sendHeaders(new Metadata());
        call.sendMessage(message);
    }

    private static void finish(ServerCall<ProtoMessage, ProtoMessage> call, ProtoMessage message) {
        send(call, message);
        call.close(Status.OK, new Metadata());
    }

    private void check(ProtoMessage request, ServerCall<ProtoMessage, ProtoMessage> call) {
        boolean serving = text(request, 1).equals("plugin") && !arguments.contains(NOT_SERVING);
        finish(call, ProtoMessage.EMPTY.with(1, serving ? 1 : 2));
    }

    private void shutDown(ProtoMessage request, ServerCall<ProtoMessage, ProtoMessage> call) {
        if (!arguments.contains(HANGS_AT_SHUTDOWN)) {
            end.countDown();
        }
    }

    private void stdio(ProtoMessage request, ServerCall<ProtoMessage, ProtoMessage> call) {
        send(call, ProtoMessage.EMPTY.with(1, 1).with(2, "a line by gRPC\n"));
    }

    private void value(ProtoMessage request, ServerCall<ProtoMessage, ProtoMessage> call) {
        String path = text(request, 1);
        String metadata = text(request, 2);
        if (path.equals("never")) {
            return;
        }
        if (path.equals("no-text")) {
            finish(call, ProtoMessage.EMPTY.with(1, new byte[] {'a', (byte) 0xff}));
            return;
        }
        if (path.equals("die")) {
            Runtime.getRuntime().halt(3);
        }
        if (path.startsWith(ERROR)) {
            call.close(Status.UNKNOWN.withDescription(path.substring(ERROR.length())), new Metadata());
            return;
        }
        if (path.startsWith(STATUS)) {
            call.close(
                    Status.Code.valueOf(path.substring(STATUS.length()))
                            .toStatus()
                            .withDescription("secret words"),
                    new Metadata());
            return;
        }
        try {
            finish(call, ProtoMessage.EMPTY.with(1, answer(path, metadata)));
        } catch (UncheckedIOException absent) {
            call.close(Status.UNKNOWN.withDescription("there is no such secret"), new Metadata());
        }
    }

    private String answer(String path, String metadata) {
        if (path.startsWith(PRINTED)) {
            String value = path.substring(PRINTED.length());
            System.err.println("Now I tell you that it is " + value + ".");
            System.err.flush();
            return value;
        }
        return switch (path) {
            case "nothing" -> "";
            case "huge" -> "x".repeat(PluginConnection.MAX_VALUE_BYTES + 2048);
            case "large" -> "x".repeat(PluginConnection.MAX_VALUE_BYTES);
            case "flood" -> flood();
            case "pid" -> Long.toString(ProcessHandle.current().pid());
            case "environment" ->
                System.getenv().entrySet().stream()
                        .map(Map.Entry::toString)
                        .sorted()
                        .reduce("", (one, other) -> one + other + "\n");
            default -> secret(path, metadata);
        };
    }

    private static String secret(String path, String metadata) {
        String folder = System.getenv(SECRETS);
        try {
            return folder == null
                    ? path + "->" + metadata
                    : Files.readString(Path.of(folder, path)).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String flood() {
        byte[] line = ("flood " + "y".repeat(1000) + "\n").getBytes(StandardCharsets.US_ASCII);
        for (PrintStream stream : new PrintStream[] {System.out, System.err}) {
            for (int i = 0; i < 5000; i++) {
                stream.write(line, 0, line.length);
            }
            stream.flush();
        }
        return "flooded";
    }

    private static final class OneClient extends X509ExtendedTrustManager {
        private final X509Certificate expected;

        OneClient(X509Certificate expected) {
            this.expected = expected;
        }

        private void check(X509Certificate... chain) throws CertificateException {
            if (!chain[0].equals(expected)) {
                throw new CertificateException("another client");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {expected};
        }
    }

    /** gRPC's server listens on a socket of the Internet; this gives it one of Unix. */
    private static final class UnixServerSockets extends ServerSocketFactory {
        private final Path path;

        UnixServerSockets(Path path) {
            this.path = path;
        }

        @Override
        public ServerSocket createServerSocket() throws IOException {
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(path));
            return new ServerSocket() {
                @Override
                public void bind(SocketAddress address, int backlog) {}

                @Override
                public Socket accept() throws IOException {
                    return new ChannelSocket(channel.accept(), closed -> {});
                }

                @Override
                public SocketAddress getLocalSocketAddress() {
                    return new InetSocketAddress("127.0.0.1", 1);
                }

                @Override
                public void close() throws IOException {
                    channel.close();
                }
            };
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return createServerSocket();
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) throws IOException {
            return createServerSocket();
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
            return createServerSocket();
        }
    }
}
