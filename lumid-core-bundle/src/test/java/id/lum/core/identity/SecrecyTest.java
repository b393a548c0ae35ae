package id.lum.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.FakeLumid;
import id.lum.fakes.FakeLumid.Mode;
import id.lum.support.config.SettingRefused;
import id.lum.testing.CapturedLog;
import id.lum.testing.ManualClock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tokens, the client's secret and e-mail addresses are in no log line, exception or description. */
class SecrecyTest {
    private static final Logger LOG = LoggerFactory.getLogger(SecrecyTest.class);
    private static final String TOKEN = "tok/en+canary=7f3a";
    private static final String SECRET = "sec/ret+canary=91bc";
    private static final String EMAIL = "mail.canary@example.org";

    private final ManualClock clock = new ManualClock(TestSettings.START);
    private final FakeLumid lumid = FakeLumid.start().issue(TOKEN, "u1", EMAIL, "s1");
    private final IntrospectionSettings settings = TestSettings.of(
            lumid, "client.id", "hooks", ".client.secret", SECRET, "request.timeout.ms", 1000, "requests.in.flight", 1);
    private final Introspection introspection = new Introspection(settings, clock, clock::nanos);
    private final List<String> seen = new ArrayList<>();

    @AfterEach
    void stop() {
        introspection.close();
        lumid.close();
    }

    private void see(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        seen.add(trace.toString());
        seen.add(thrown.getMessage());
        for (Throwable suppressed : thrown.getSuppressed()) {
            see(suppressed);
        }
        Optional.ofNullable(thrown.getCause()).ifPresent(this::see);
    }

    private void resolve(String token) {
        // So that each line that may be written is.
        clock.move(Duration.ofHours(1));
        try {
            seen.add(introspection.resolve(token).toString());
        } catch (RuntimeException thrown) {
            see(thrown);
        }
    }

    private static List<String> canaries() {
        List<String> canaries = new ArrayList<>();
        for (String plain : List.of(TOKEN, SECRET, EMAIL)) {
            canaries.add(plain);
            canaries.add(URLEncoder.encode(plain, StandardCharsets.UTF_8));
        }
        canaries.add("canary");
        String pair = "hooks:" + URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
        canaries.add(Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII)));
        return canaries;
    }

    private static List<String> found(List<String> texts) {
        return canaries().stream()
                .filter(canary -> texts.stream().anyMatch(text -> text.contains(canary)))
                .toList();
    }

    @Test
    void theSearchFindsWhatIsPlanted() {
        try (CapturedLog log = CapturedLog.ofEverything()) {
            LOG.trace("planted {}", TOKEN);
            assertThat(found(List.of(log.text()))).contains(TOKEN, "canary");
        }
        IllegalStateException outer = new IllegalStateException("outer");
        outer.addSuppressed(new IllegalStateException("outer", new IllegalStateException("planted " + SECRET)));
        see(outer);
        assertThat(found(seen)).contains(SECRET);
    }

    @Test
    void nothingSecretIsLoggedThrownOrPrinted() {
        String body = "{\"error\":\"" + TOKEN + " of " + EMAIL + " by " + SECRET + "\"} Bearer " + TOKEN + "\r\n"
                + URLEncoder.encode(TOKEN + " " + EMAIL, StandardCharsets.UTF_8);
        try (CapturedLog log = CapturedLog.ofEverything()) {
            resolve(TOKEN);
            resolve(TOKEN);
            assertThat(introspection.emailOf("u1")).contains(EMAIL);
            introspection.clearCache();
            resolve(TOKEN + "\n");
            for (Mode mode : Mode.values()) {
                lumid.mode(mode);
                resolve(TOKEN);
                introspection.clearCache();
            }
            lumid.mode(Mode.NORMAL);
            resolve(TOKEN);
            introspection.clearCache();
            lumid.answerWith(500, body);
            resolve(TOKEN);
            assertThat(log.text()).as("so the body was logged").contains("{\"error\":\"<token> of <e-mail> by <token>");
            lumid.answerWith(200, body);
            resolve(TOKEN);
            malformed(log, "{\"active\":true,\"sub\":[\"" + EMAIL + "\"]}", "sub is not text");
            malformed(log, "{\"active\":true,\"sub\":\"\",\"email\":\"" + EMAIL + "\"}", "does not say whose");
            malformed(log, "{\"active\":true,\"sub\":\"u1\",\"exp\":1,\"email\":\"" + EMAIL + "\"}", "expired at 1970");
            lumid.stop();
            resolve(TOKEN);
            // The first may have met a kept connection in the moment of its end.
            resolve(TOKEN);
            describe();
            introspection.close();
            resolve(TOKEN);
            describe();
            refused();
            seen.add(log.text());
            assertThat(log.text())
                    .contains(
                            "org.apache.hc.client5",
                            "no complete answer within 1000 ms",
                            "status 307",
                            "longer than 65536 bytes",
                            "not JSON",
                            "connection refused: 127.0.0.1");
        }
        assertThat(seen).hasSizeGreaterThan(40);
        assertThat(found(seen)).isEmpty();
    }

    private void malformed(CapturedLog log, String json, String reason) {
        lumid.mode(Mode.NORMAL);
        lumid.knows(TOKEN, json);
        resolve(TOKEN);
        assertThat(log.text()).contains(reason);
    }

    /** Everything that somebody might print. */
    private void describe() {
        seen.add(introspection.toString());
        seen.add(introspection.metrics().toString());
        seen.add(settings.toString());
        seen.add(settings.client().toString());
        seen.add(BearerCandidate.of(TOKEN).toString());
        seen.add(TokenKey.of(TOKEN).toString());
        EmailCache emails = new EmailCache(clock::nanos);
        emails.remember("u1", EMAIL);
        seen.add(emails.toString());
        seen.add(new AnswerReader()
                .read(("{\"active\":true,\"sub\":\"u1\",\"email\":\"" + EMAIL + "\"}").getBytes(StandardCharsets.UTF_8))
                .toString());
    }

    private void refused() {
        for (Object[] bad : List.<Object[]>of(
                new Object[] {".client.secret", SECRET},
                new Object[] {"client.id", "hooks", ".client.secret", SECRET + "\n" + SECRET},
                new Object[] {"client.id", "hooks", ".client.secret", "VAULT://" + SECRET},
                new Object[] {"base.url", "https://hooks:" + SECRET + "@lum.id"},
                new Object[] {"base.url", "https://lum.id?token=" + TOKEN})) {
            try {
                seen.add(TestSettings.of(bad).toString());
                assertThat(bad).as("refused").isEmpty();
            } catch (SettingRefused refused) {
                see(refused);
            }
        }
    }
}
