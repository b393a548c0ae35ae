package id.lum.demo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.hooks.flowmesh.Worker;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoSupplierResolverTest {
    private final DemoSupplierResolver resolver = new DemoSupplierResolver("flowmesh");

    @Test
    void namespaceIsTheSupplier() {
        assertThat(resolver.supplierOf(workerIn("acme"))).contains("acme");
    }

    @Test
    void workerWithoutNamespaceIsNotClaimed() {
        assertThat(resolver.supplierOf(workerIn(""))).isEmpty();
    }

    private static Worker workerIn(String namespace) {
        return new Worker("w-1", "n-1", namespace, "c-1", List.of("gpu"), Map.of("NAMESPACE", "env"));
    }
}
