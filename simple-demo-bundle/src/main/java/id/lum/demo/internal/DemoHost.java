package id.lum.demo.internal;

import id.lum.hooks.Hook;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.LogSafe;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.ResourceRegistrar;
import id.lum.hooks.SubmissionGuard;
import id.lum.hooks.UsageSink;
import id.lum.hooks.flowmesh.SupplierResolver;
import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.support.lifecycle.ServiceWithdrawal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** All hooks of one host, registered until closed, over owners and a ledger that no other host sees. */
final class DemoHost implements AutoCloseable {
    private final Owners owners = new Owners();
    private final UsageLedger ledger = new UsageLedger();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

    DemoHost(BundleContext bundle, String host, RulesInForce rules) {
        String label = LogSafe.of(host);
        Dictionary<String, Object> properties =
                new Hashtable<>(Map.of(Hook.HOST, host, Hook.NAME, "demo", Constants.SERVICE_RANKING, 0));
        try {
            // Identity is registered after, and unregistered before, the other hooks.
            register(bundle, SubmissionGuard.class, new DemoSubmissionGuard(label, rules), properties);
            register(bundle, PermissionChecker.class, new OwnerPermissionChecker(label, owners), properties);
            register(bundle, ResourceRegistrar.class, new OwnerRegistrar(label, owners), properties);
            register(bundle, UsageSink.class, new LedgerUsageSink(label, ledger), properties);
            register(bundle, SupplierResolver.class, new DemoSupplierResolver(label), properties);
            register(bundle, OptimizerProvider.class, new RoundRobinOptimizerProvider(label), properties);
            register(bundle, IdentityProvider.class, new DemoIdentityProvider(label, rules), properties);
        } catch (RuntimeException | Error failed) {
            // The caller gets no object to close, and its services would stay.
            close();
            throw failed;
        }
    }

    private <T> void register(BundleContext bundle, Class<T> type, T hook, Dictionary<String, Object> properties) {
        registrations.add(bundle.registerService(type, hook, properties));
    }

    Owners owners() {
        return owners;
    }

    UsageLedger ledger() {
        return ledger;
    }

    @Override
    public void close() {
        List<ServiceRegistration<?>> lastFirst = new ArrayList<>(registrations);
        Collections.reverse(lastFirst);
        lastFirst.forEach(ServiceWithdrawal::unregister);
        owners.close();
        ledger.close();
    }
}
