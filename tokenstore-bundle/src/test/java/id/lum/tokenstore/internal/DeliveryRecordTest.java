package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ManagedService;

class DeliveryRecordTest {
    @TempDir
    Path directory;

    private ConfiguredFramework framework;

    @BeforeEach
    void start() throws Exception {
        framework = new ConfiguredFramework(directory);
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
    }

    @Test
    void whatWasPutOutToAConsumerThatLeftIsForgottenWithTheNextOutput() {
        DeliveryRecord record = new DeliveryRecord(null);
        ServiceRegistration<?> leaving = consumer();
        record.recordOutput(leaving.getReference(), Map.of("s", "old"));
        assertThat(record.isOutdated(wanted("new"))).isTrue();
        leaving.unregister();
        record.recordOutput(consumer().getReference(), Map.of("s", "new"));
        assertThat(record.isOutdated(wanted("new"))).isFalse();
    }

    private ServiceRegistration<?> consumer() {
        return framework.context().registerService(ManagedService.class, properties -> {}, new Hashtable<>());
    }

    private static Resolution wanted(String value) {
        return Resolution.of(
                new Hashtable<>(Map.of("s", value)),
                new ConfigTarget("acme.consumer", Optional.empty()),
                new ResolutionRules(new AllowList(List.of()), Grammar.of(Set.of("VAULT")), false),
                locator -> Optional.empty());
    }
}
