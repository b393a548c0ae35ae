package id.lum.core.http;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Reads a body up to a number of bytes. What exceeds it is neither kept nor fetched: the connection is given up. */
final class BoundedBody implements BodySubscriber<BoundedContent> {
    private final int most;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<BoundedContent> content = new CompletableFuture<>();
    private final CompletableFuture<Flow.Subscription> source = new CompletableFuture<>();

    BoundedBody(int most) {
        this.most = most;
    }

    @Override
    public CompletionStage<BoundedContent> getBody() {
        return content;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (!source.complete(subscription)) {
            subscription.cancel();
            return;
        }
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            byte[] some = new byte[Math.min(buffer.remaining(), most - bytes.size())];
            buffer.get(some);
            bytes.writeBytes(some);
            if (buffer.hasRemaining()) {
                source.join().cancel();
                content.complete(new BoundedContent(bytes.toByteArray(), true));
                return;
            }
        }
        source.join().request(1);
    }

    @Override
    public void onError(Throwable failure) {
        content.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        content.complete(new BoundedContent(bytes.toByteArray(), false));
    }
}
