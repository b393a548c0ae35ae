package id.lum.tokenstore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        framework.close();
    }

    @Test
    void whatWasPutOutToAConsumerThatLeftDoesNotCount() {
        DeliveryRecord record = new DeliveryRecord(Map.of(), 0);
        ServiceRegistration<?> leaving = consumer();
        record.put(leaving.getReference(), Map.of("s", "old"));
        assertThat(record.isOutdated(wanted("new"), true)).isTrue();
        leaving.unregister();
        record.put(consumer().getReference(), Map.of("s", "new"));
        assertThat(record.isOutdated(wanted("new"), true)).isFalse();
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
