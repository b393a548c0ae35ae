package id.lum.goplugin.internal;

import id.lum.support.lifecycle.NamedThreads;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.lifecycle.Stoppable;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.net.SocketAddress;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLSocketFactory;

/**
 * The gRPC connection to a process of a plugin. It owns the sockets and every thread of gRPC, which would otherwise
 * have threads of its own that outlive the bundle. Safe for many threads.
 */
final class PluginConnection implements Stoppable {
    /** The name that the certificates of both ends are for. */
    static final String AUTHORITY = "localhost";

    /** The longest value, in bytes. A plugin may answer with more; the connection outlives that. */
    static final int MAX_VALUE_BYTES = 1 << 20;

    /** Around the value. */
    private static final int MAX_MESSAGE_BYTES = MAX_VALUE_BYTES + 1024;

    /** gRPC ends a call by its deadline; this is for the case that it does not. */
    private static final Duration LATER_THAN_DEADLINE = Duration.ofSeconds(1);

    /**
     * At FINE gRPC logs what it sends and receives, values included. Held on to, because it is forgotten else. A level
     * would not do: pax-logging sets that of every logger by its own.
     */
    private static final Logger TRANSPORT_LOG = Logger.getLogger("io.grpc.okhttp.OkHttpClientTransport");

    static {
        TRANSPORT_LOG.setFilter(line -> line.getLevel().intValue() >= Level.INFO.intValue());
    }

    /** Only its form counts: {@link PluginSockets} connects elsewhere. */
    private static final String NUMERIC_ADDRESS = "127.0.0.1";

    private static final MethodDescriptor<ProtoMessage, ProtoMessage> VALUE =
            method(MethodType.UNARY, "proto.TokenStore/Value");
    private static final MethodDescriptor<ProtoMessage, ProtoMessage> HEALTH =
            method(MethodType.UNARY, "grpc.health.v1.Health/Check");
    private static final MethodDescriptor<ProtoMessage, ProtoMessage> SHUTDOWN =
            method(MethodType.UNARY, "plugin.GRPCController/Shutdown");
    private static final MethodDescriptor<ProtoMessage, ProtoMessage> STDIO =
            method(MethodType.SERVER_STREAMING, "plugin.GRPCStdio/StreamStdio");
    private static final MethodDescriptor<ProtoMessage, ProtoMessage> BROKER =
            method(MethodType.BIDI_STREAMING, "plugin.GRPCBroker/StartStream");

    private static final ProtoMessage HEALTH_OF_PLUGIN = ProtoMessage.EMPTY.with(1, "plugin");
    private static final long SERVING = 1;

    /** What the plugin sends on a stream, message by message. */
    @FunctionalInterface
    interface StreamListener {
        void received(ProtoMessage message);
    }

    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor timer;
    private final PluginSockets sockets;
    private final ManagedChannel channel;

    private PluginConnection(String name, PluginSockets sockets, OkHttpChannelBuilder builder) {
        this.sockets = sockets;
        threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), new NamedThreads(name));
        timer = new ScheduledThreadPoolExecutor(1, new NamedThreads(name + " timer"));
        timer.setRemoveOnCancelPolicy(true);
        channel = builder.overrideAuthority(AUTHORITY)
                .socketFactory(sockets)
                .executor(threads)
                .offloadExecutor(threads)
                .transportExecutor(threads)
                .scheduledExecutorService(timer)
                // The plugin is never behind a proxy, whatever this machine is told.
                .proxyDetector(target -> null)
                .disableRetry()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .build();
    }

    /**
     * A connection without TLS. It is made by the first call.
     *
     * @param name what its threads are called
     */
    static PluginConnection plain(String name, SocketAddress address) {
        return new PluginConnection(name, new PluginSockets(address), builder().usePlaintext());
    }

    /**
     * A connection with TLS. It is made by the first call.
     *
     * @param name what its threads are called
     */
    static PluginConnection encrypted(String name, SocketAddress address, SSLSocketFactory tls) {
        return new PluginConnection(name, new PluginSockets(address), builder().sslSocketFactory(tls));
    }

    private static OkHttpChannelBuilder builder() {
        return OkHttpChannelBuilder.forAddress(NUMERIC_ADDRESS, 1);
    }

    private static MethodDescriptor<ProtoMessage, ProtoMessage> method(MethodType type, String name) {
        return MethodDescriptor.newBuilder(ProtoMessage.MARSHALLER, ProtoMessage.MARSHALLER)
                .setType(type)
                .setFullMethodName(name)
                .build();
    }

    /**
     * Asks the store.
     *
     * @return the value; empty if the store answers with an empty one
     * @throws InterruptedException if the caller was interrupted; the call is cancelled
     */
    String value(String path, String metadata, Duration timeout) throws PluginCallFailed, InterruptedException {
        ProtoMessage answer = call(
                VALUE, CallOptions.DEFAULT, ProtoMessage.EMPTY.with(1, path).with(2, metadata), timeout);
        try {
            return answer.text(1);
        } catch (CharacterCodingException noText) {
            throw PluginCallFailed.of(Status.DATA_LOSS);
        }
    }

    /** Whether the plugin says that it serves. */
    boolean isServing(Duration timeout) throws InterruptedException {
        try {
            return call(HEALTH, CallOptions.DEFAULT, HEALTH_OF_PLUGIN, timeout).number(1) == SERVING;
        } catch (PluginCallFailed failed) {
            return false;
        }
    }

    /** The same, of a plugin that may not listen yet: it is connected to again and again until the time is over. */
    boolean awaitServing(Duration timeout) throws InterruptedException {
        try {
            return call(HEALTH, CallOptions.DEFAULT.withWaitForReady(), HEALTH_OF_PLUGIN, timeout)
                            .number(1)
                    == SERVING;
        } catch (PluginCallFailed failed) {
            return false;
        }
    }

    /** Fails every call at once, those to come included. {@link #close} follows. */
    void cancelCalls() {
        channel.shutdownNow();
    }

    /**
     * Takes what the plugin prints after its handshake, to the end of the connection. A plugin that nobody listens to
     * blocks when its pipe is full. An early one has no such stream, which is no failure.
     */
    void listenToOutput(StreamListener listener) {
        listen(STDIO, listener).halfClose();
    }

    /** Opens the stream by which a plugin could call back, as its library expects. A token store never does. */
    void openBroker() {
        listen(BROKER, ignored -> {});
    }

    /** Asks the plugin to end. It may end before it answers. */
    void shutDownPlugin(Duration timeout) throws InterruptedException {
        try {
            call(SHUTDOWN, CallOptions.DEFAULT, ProtoMessage.EMPTY, timeout);
        } catch (PluginCallFailed usual) {
            // The server stops before it answers.
        }
    }

    private ProtoMessage call(
            MethodDescriptor<ProtoMessage, ProtoMessage> method,
            CallOptions options,
            ProtoMessage request,
            Duration timeout)
            throws PluginCallFailed, InterruptedException {
        ClientCall<ProtoMessage, ProtoMessage> call =
                channel.newCall(method, options.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS));
        UnaryAnswer answer = new UnaryAnswer();
        try {
            call.start(answer, new Metadata());
            // One more than the answer has, so that the transport looks for the end.
            call.request(2);
            call.sendMessage(request);
            call.halfClose();
            Outcome outcome =
                    answer.outcome.get(timeout.plus(LATER_THAN_DEADLINE).toMillis(), TimeUnit.MILLISECONDS);
            if (!outcome.status().isOk()) {
                throw PluginCallFailed.of(outcome.status());
            }
            return outcome.message();
        } catch (RejectedExecutionException closed) {
            throw PluginCallFailed.of(Status.UNAVAILABLE);
        } catch (TimeoutException late) {
            call.cancel("It took too long.", null);
            throw PluginCallFailed.of(Status.DEADLINE_EXCEEDED);
        } catch (InterruptedException stop) {
            call.cancel("The caller does not wait any longer.", null);
            throw stop;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private ClientCall<ProtoMessage, ProtoMessage> listen(
            MethodDescriptor<ProtoMessage, ProtoMessage> method, StreamListener listener) {
        ClientCall<ProtoMessage, ProtoMessage> call = channel.newCall(method, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(ProtoMessage message) {
                        listener.received(message);
                        call.request(1);
                    }
                },
                new Metadata());
        call.request(1);
        if (method.getType() == MethodType.SERVER_STREAMING) {
            call.sendMessage(ProtoMessage.EMPTY);
        }
        return call;
    }

    private record Outcome(Status status, ProtoMessage message) {}

    private static final class UnaryAnswer extends ClientCall.Listener<ProtoMessage> {
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        private volatile ProtoMessage message = ProtoMessage.EMPTY;

        @Override
        public void onMessage(ProtoMessage received) {
            message = received;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            outcome.complete(new Outcome(status, message));
        }
    }

    /** Ends every call, and every thread. */
    @Override
    public void close(StopDeadline deadline) {
        channel.shutdownNow();
        sockets.close();
        deadline.await(nanos -> channel.awaitTermination(nanos, TimeUnit.NANOSECONDS));
        threads.shutdownNow();
        timer.shutdownNow();
        deadline.await(threads);
        deadline.await(timer);
    }
}
