package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ManagedService;

class DeliveryRecordTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    Path directory;

    private ConfiguredFramework framework;

    @BeforeEach
    void start() throws Exception {
        framework = new ConfiguredFramework(directory);
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
    }

    @Test
    void whatWasPutOutToAConsumerThatLeftDoesNotCount() {
        DeliveryRecord record = new DeliveryRecord(false, 0);
        ServiceRegistration<?> leaving = consumer();
        record.put(leaving.getReference(), Map.of("s", "old"));
        assertThat(record.isOutdated(wanted("new"), true)).isTrue();
        leaving.unregister();
        record.put(consumer().getReference(), Map.of("s", "new"));
        assertThat(record.isOutdated(wanted("new"), true)).isFalse();
    }

    @Test
    void aConsumerThatWasLookedAtBeforeItWasServedIsServedAtOnceWhenTheSecretIsThere() {
        DeliveryRecord record = new DeliveryRecord(false, 0);
        record.announced();
        assertThat(isDue(record, "VAULT://a", 0)).isFalse();
        record.put(consumer().getReference(), Map.of("s", "VAULT://a"));
        assertThat(record.arrived()).isFalse();
        assertThat(isDue(record, "value", 0)).isTrue();
    }

    @Test
    void deliveriesOfValuesThatAreNeverTheSameAreASecondApart() {
        DeliveryRecord record = new DeliveryRecord(false, 0);
        record.put(consumer().getReference(), Map.of("s", "old"));
        assertThat(isDue(record, "1", 0)).isTrue();
        record.delivering(wanted("1"), 0);
        record.put(consumer().getReference(), Map.of("s", "1"));
        record.arrived();
        assertThat(isDue(record, "2", 1)).isFalse();
        assertThat(isDue(record, "3", SECOND - 1)).isFalse();
        assertThat(isDue(record, "3", SECOND)).isTrue();
    }

    private static boolean isDue(DeliveryRecord record, String value, long now) {
        return record.due(wanted(value), now) <= now;
    }

    private ServiceRegistration<?> consumer() {
        return framework.context().registerService(ManagedService.class, properties -> {}, new Hashtable<>());
    }

    private static Resolution wanted(String value) {
        return new Resolution(
                new Hashtable<>(Map.of("s", value)),
                new ConfigTarget("acme.consumer", Optional.empty()),
                new ResolutionRules(new AllowList(List.of()), Grammars.usual("VAULT"), false),
                Map.of());
    }
}
