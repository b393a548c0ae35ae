package id.lum.support.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.ModalCloseable;
import org.junit.jupiter.api.Test;

class HttpCallTest {
    private final AtomicInteger closes = new AtomicInteger();

    private final class Unclosable implements ModalCloseable {
        @Override
        public void close(CloseMode mode) {
            closes.incrementAndGet();
            throw new NoClassDefFoundError("of a test");
        }

        @Override
        public void close() {
            close(CloseMode.IMMEDIATE);
        }
    }

    /** Otherwise its caller would wait for ever, and its place would be taken until a restart. */
    @Test
    void aCallPastItsDeadlineEndsThoughItsConnectionsCannotBeClosed() {
        Set<HttpCall> ended = new HashSet<>();
        HttpCall call =
                new HttpCall(HttpRequest.get(URI.create("http://host.test/")), Duration.ofSeconds(1), 1, ended::add);
        call.use(new Unclosable(), false);
        call.use(new Unclosable(), false);
        call.pastDeadline();

        assertThat(call.reply()).isCompletedExceptionally();
        assertThat(ended).containsExactly(call);
        assertThat(closes).hasValue(2);
    }
}
