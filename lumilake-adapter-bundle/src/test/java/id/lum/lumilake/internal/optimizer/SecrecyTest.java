package id.lum.lumilake.internal.optimizer;

import static id.lum.lumilake.internal.optimizer.Bench.job;
import static id.lum.lumilake.internal.optimizer.Bench.settings;
import static org.assertj.core.api.Assertions.assertThat;

import id.lum.fakes.Answer;
import id.lum.fakes.FakeOptimizer;
import id.lum.support.config.SettingRefused;
import id.lum.testing.CapturedLog;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bearers and the runtime token are in no log line, exception, description or service property. */
class SecrecyTest {
    private static final Logger LOG = LoggerFactory.getLogger(SecrecyTest.class);
    private static final String BEARER = "bea/rer+canary=7f3a";
    private static final String RUNTIME = "run/time+canary=91bc";

    @TempDir
    Path cache;

    private final List<String> seen = new ArrayList<>();

    private void see(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        seen.add(trace.toString());
        for (Throwable suppressed : thrown.getSuppressed()) {
            see(suppressed);
        }
        Optional.ofNullable(thrown.getCause()).ifPresent(this::see);
    }

    private static List<String> found(List<String> texts) {
        List<String> canaries = new ArrayList<>(List.of("canary"));
        for (String plain : List.of(BEARER, RUNTIME)) {
            canaries.add(plain);
            canaries.add(URLEncoder.encode(plain, StandardCharsets.UTF_8));
        }
        return canaries.stream()
                .filter(canary -> texts.stream().anyMatch(text -> text.contains(canary)))
                .toList();
    }

    @Test
    void theSearchFindsWhatIsPlanted() {
        try (CapturedLog log = new CapturedLog()) {
            LOG.trace("planted {}", BEARER);
            assertThat(found(List.of(log.text()))).contains(BEARER, "canary");
        }
        see(new IllegalStateException("outer", new IllegalStateException("planted " + RUNTIME)));
        assertThat(found(seen)).contains(RUNTIME);
    }

    private static List<Answer> answers() {
        String quoting = "{\"error\":\"" + BEARER + " by " + RUNTIME + "\"} Bearer " + BEARER + " Bearer " + RUNTIME
                + "\r\n" + URLEncoder.encode(BEARER + " " + RUNTIME, StandardCharsets.UTF_8);
        return List.of(
                Answer.json(quoting),
                Answer.of(500, quoting),
                Answer.of(401, quoting),
                Answer.of(422, quoting),
                Answer.json("{\"types\":[7,\"" + BEARER + "\"],\"worker_assignment\":{\"" + BEARER + "\":[7]}}"),
                Answer.redirect(307),
                Answer.huge(),
                Answer.silent(),
                Answer.closing(),
                Answer.cutHead(),
                Answer.cutBody(quoting),
                Answer.notHttp(BEARER + " " + RUNTIME + "\r\n\r\n"));
    }

    @Test
    void nothingSecretIsLoggedThrownDescribedOrPublished() throws Exception {
        try (FakeOptimizer fake = FakeOptimizer.start("greedy");
                Bench bench = new Bench(cache);
                CapturedLog log = new CapturedLog()) {
            Optional<OptimizerSettings> settings =
                    settings(fake.url(), ".runtime.token", RUNTIME, "schedule.timeout.ms", "3000");
            bench.apply(settings);
            schedule(bench, BEARER);
            schedule(bench, BEARER + "\n");
            schedule(bench, BEARER + "\u00fc");
            for (Answer answer : answers()) {
                fake.catalog().always(answer);
                fake.schedules().always(answer);
                bench.next();
                schedule(bench, BEARER);
                seen.add(bench.optimizers.describe());
            }
            assertThat(log.text())
                    .contains("status 500", "status 422", "malformed answer", "not JSON", "within 3000 ms");
            fake.stop();
            bench.next();
            schedule(bench, BEARER);
            seen.add(settings.toString());
            seen.add(bench.provider().orElseThrow().toString());
            seen.add(bench.provider().orElseThrow().create("greedy").toString());
            seen.add(bench.optimizers.toString());
            for (ServiceReference<?> service : bench.framework.context().getAllServiceReferences(null, null)) {
                for (String key : service.getPropertyKeys()) {
                    Object value = service.getProperty(key);
                    seen.add(value instanceof Object[] many ? Arrays.toString(many) : String.valueOf(value));
                }
            }
            refused(fake.url());
            seen.add(log.text());
        }
        assertThat(seen).hasSizeGreaterThan(30);
        assertThat(seen).filteredOn(text -> !found(List.of(text)).isEmpty()).isEmpty();
    }

    private void schedule(Bench bench, String bearer) {
        try {
            seen.add(bench.provider()
                    .orElseThrow()
                    .create("greedy")
                    .schedule(job(), bearer)
                    .toString());
        } catch (RuntimeException thrown) {
            see(thrown);
        }
    }

    private void refused(URI url) {
        for (String bad : List.of(RUNTIME + "\n" + RUNTIME, "VAULT://" + RUNTIME, "$[env:" + RUNTIME + "]")) {
            try {
                settings(url, ".runtime.token", bad);
                assertThat(bad).as("refused").isEmpty();
            } catch (SettingRefused refused) {
                see(refused);
            }
        }
    }
}
