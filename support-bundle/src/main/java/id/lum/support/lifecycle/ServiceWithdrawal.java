package id.lum.support.lifecycle;

import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * Takes back what a bundle has in the service registry, as often as it is asked to. When a bundle has stopped, the
 * framework has taken all of it back and refuses to do so again. Who closes late, because a change hung, closes
 * everything else all the same.
 */
public final class ServiceWithdrawal {
    private ServiceWithdrawal() {}

    /**
     * Unregisters a service, if it is still registered.
     *
     * @param registration of the service
     */
    public static void unregister(ServiceRegistration<?> registration) {
        try {
            registration.unregister();
        } catch (IllegalStateException doneByTheFramework) {
            // Its bundle has stopped.
        }
    }

    /**
     * Lets go of a service object that a bundle has fetched, if the bundle still has it.
     *
     * @param bundle who fetched it
     * @param reference of the service
     */
    public static void release(BundleContext bundle, ServiceReference<?> reference) {
        try {
            bundle.ungetService(reference);
        } catch (IllegalStateException doneByTheFramework) {
            // The bundle has stopped.
        }
    }

    /**
     * Removes a listener for services, if it still listens.
     *
     * @param bundle who added it
     * @param listener the listener
     */
    public static void removeListener(BundleContext bundle, ServiceListener listener) {
        try {
            bundle.removeServiceListener(listener);
        } catch (IllegalStateException doneByTheFramework) {
            // The bundle has stopped.
        }
    }
}
