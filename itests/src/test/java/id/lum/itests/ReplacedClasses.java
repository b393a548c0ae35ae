package id.lum.itests;

import id.lum.testing.Await;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** The class loaders of bundles that were replaced: whoever still holds on to one keeps a whole bundle in memory. */
final class ReplacedClasses {
    private record Loader(String bundle, int life, WeakReference<ClassLoader> reference) {}

    private final List<Loader> loaders = new ArrayList<>();

    /** To be called before it is replaced. */
    void note(Bundle bundle) {
        ClassLoader loader = bundle.adapt(BundleWiring.class).getClassLoader();
        loaders.add(new Loader(bundle.getSymbolicName(), loaders.size(), new WeakReference<>(loader)));
    }

    int count() {
        return loaders.size();
    }

    /** Returns once each is gone. */
    void awaitGone() throws Exception {
        try {
            Await.until("the classes of every replaced bundle are gone", () -> {
                System.gc();
                return alive().isEmpty();
            });
        } catch (AssertionError inVain) {
            throw new AssertionError("There are classes of bundles that were replaced: " + alive());
        }
    }

    private List<String> alive() {
        return loaders.stream()
                .filter(loader -> !loader.reference().refersTo(null))
                .map(loader -> loader.bundle() + " number " + loader.life() + " of " + loaders.size())
                .toList();
    }
}
