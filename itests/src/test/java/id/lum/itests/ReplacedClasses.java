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

    private record Bystander(Kind kind) {
        private enum Kind {
            ANY
        }
    }

    private final List<Loader> loaders = new ArrayList<>();

    /** To be called before it is replaced. */
    void note(Bundle bundle) {
        ClassLoader loader = bundle.adapt(BundleWiring.class).getClassLoader();
        loaders.add(new Loader(bundle.getSymbolicName(), loaders.size(), new WeakReference<>(loader)));
    }

    int count() {
        return loaders.size();
    }

    /** Returns once each is gone. Once in a virtual machine. */
    void awaitGone() throws Exception {
        // The JDK keeps the record whose equals was linked last in the whole JVM; now it is the test's.
        if (!new Bystander(Bystander.Kind.ANY).equals(new Bystander(Bystander.Kind.ANY))) {
            throw new AssertionError("Equal records are not equal.");
        }
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
