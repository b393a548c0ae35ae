package id.lum.support.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import id.lum.testing.EmptyFramework;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

class ServiceWithdrawalTest {
    @TempDir
    Path storage;

    @Test
    void whatTheFrameworkHasTakenBackIsTakenBackAgainWithoutAFailure() throws Exception {
        try (EmptyFramework framework = new EmptyFramework(storage)) {
            framework.context().registerService(Integer.class, 1, null);
            Bundle bundle = framework.startBundle("stopping");
            BundleContext context = bundle.getBundleContext();
            ServiceRegistration<Long> registration = context.registerService(Long.class, 2L, null);
            ServiceReference<Integer> used = context.getServiceReference(Integer.class);
            context.getService(used);
            ServiceListener listener = event -> {};
            context.addServiceListener(listener);
            bundle.stop();
            assertThatCode(() -> {
                        ServiceWithdrawal.unregister(registration);
                        ServiceWithdrawal.release(context, used);
                        ServiceWithdrawal.removeListener(context, listener);
                    })
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void whatIsThereIsTakenBack() throws Exception {
        try (EmptyFramework framework = new EmptyFramework(storage)) {
            framework.context().registerService(Integer.class, 1, null);
            Bundle bundle = framework.startBundle("running");
            BundleContext context = bundle.getBundleContext();
            ServiceRegistration<Long> registration = context.registerService(Long.class, 2L, null);
            ServiceReference<Integer> used = context.getServiceReference(Integer.class);
            context.getService(used);
            assertThat(used.getUsingBundles()).contains(bundle);
            ServiceWithdrawal.unregister(registration);
            ServiceWithdrawal.release(context, used);
            assertThat(framework.service(Long.class)).isEmpty();
            assertThat(bundle.getServicesInUse()).isNull();
        }
    }
}
