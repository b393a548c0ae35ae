package id.lum.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;

import id.lum.hooks.HookRejection;
import id.lum.hooks.host.HostHooks;
import id.lum.testing.Await;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** The engine, and what our bundles are built from, are updated without the bundles that do not depend on them. */
public class EngineUpdateIT extends HookTestSupport {
    private static final String ENGINE = "id.lum.engine";
    private static final String SUPPORT = "id.lum.support";

    /** Wired to the support bundle; all others have a copy of what they use of it. */
    private static final List<String> BUILT_ON_SUPPORT = List.of("id.lum.core", "id.lum.flowmesh", "id.lum.lumilake");

    private static final List<String> OTHERS = List.of("id.lum.hooks", "id.lum.demo", "id.lum.tokenstore");

    @Override
    protected ShippedFolder shipped(ShippedFolder folder) {
        return folder.demo();
    }

    @Test
    public void updateOfTheEngineRefreshesNoOtherBundleAndItsViewsComeBack() throws Exception {
        assertEquals("bob", nameOfBob());
        Map<String, BundleWiring> before = wirings();

        updateAndRefresh(ENGINE);

        Map<String, BundleWiring> after = wirings();
        assertNotSame("the engine is new", before.remove(ENGINE), after.remove(ENGINE));
        before.forEach((bundle, wiring) -> assertSame(bundle, wiring, after.get(bundle)));
        Await.until("the view answers again", () -> answers());
    }

    @Test
    public void updateOfTheSupportBundleRefreshesWhatIsBuiltOnItAlone() throws Exception {
        HostHooks<?> view = hooksOf("flowmesh");
        Map<String, BundleWiring> before = wirings();

        updateAndRefresh(SUPPORT);

        Map<String, BundleWiring> after = wirings();
        BUILT_ON_SUPPORT.forEach(bundle -> assertNotSame(bundle, before.get(bundle), after.get(bundle)));
        Stream.concat(Stream.of(ENGINE), OTHERS.stream())
                .forEach(bundle -> assertSame(bundle, before.get(bundle), after.get(bundle)));
        assertEquals(
                "the view that was there",
                "bob",
                view.authenticate("demo-user-token").principalId());
    }

    private String nameOfBob() throws Exception {
        return hooksOf("flowmesh").authenticate("demo-user-token").principalId();
    }

    private boolean answers() throws Exception {
        try {
            return nameOfBob().equals("bob");
        } catch (HookRejection notYet) {
            return false;
        }
    }

    private Map<String, BundleWiring> wirings() {
        return Stream.of(List.of(ENGINE, SUPPORT).stream(), BUILT_ON_SUPPORT.stream(), OTHERS.stream())
                .flatMap(Function.identity())
                .collect(Collectors.toMap(
                        Function.identity(), name -> bundleNamed(name).adapt(BundleWiring.class)));
    }

    private void updateAndRefresh(String name) throws Exception {
        Bundle bundle = bundleNamed(name);
        bundle.update();
        CountDownLatch refreshed = new CountDownLatch(1);
        container
                .getBundle(0)
                .adapt(FrameworkWiring.class)
                .refreshBundles(List.of(bundle), event -> refreshed.countDown());
        assertTrue(refreshed.await(Await.BOUND.toSeconds(), TimeUnit.SECONDS));
        Await.until(name + " runs", () -> bundle.getState() == Bundle.ACTIVE);
    }
}
