package id.lum.wasi.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.support.lifecycle.StopDeadline;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever bytes are taken for a module: it is refused, or its calls fail or answer in time. */
class ModuleFuzzTest {
    private static final int ROUNDS = Integer.getInteger("lumid.fuzz", 20_000) / 50;
    private static final Sandbox SMALL = new Sandbox(Map.of(), Optional.empty(), false, 16);
    private static final Duration TIMEOUT = Duration.ofMillis(200);

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(Long.getLong("lumid.seed", 4711L));
    private final ExecutorService threads = TestModules.threads();
    private int run;

    @AfterEach
    void everyCallEnds() {
        threads.shutdown();
        assertThat(StopDeadline.within(TestModules.LONG, System::nanoTime).await(threads))
                .isTrue();
    }

    private void tryOut(byte[] bytes) throws InterruptedException {
        try {
            LoadedModule module = TestModules.load(bytes, SMALL.memoryPages(), random.nextInt(4) == 0);
            run++;
            InstancePool pool = new InstancePool(
                    module,
                    SMALL,
                    () -> (text, length) -> {},
                    1,
                    threads,
                    TestModules.plenty().share());
            pool.prepare(TIMEOUT);
            String value = pool.value(TestModules.request("a"), TIMEOUT);
            assertThat(value).isNotEmpty().hasSizeLessThanOrEqualTo(ModuleInstance.MAX_VALUE);
        } catch (ModuleRefused | ModuleLoadFailed | ModuleCallFailed contained) {
            assertThat(contained).message().isNotEmpty();
        }
    }

    @Test
    void randomBytesAreNoModule() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = new byte[random.nextInt(2000)];
            random.nextBytes(bytes);
            if (i % 2 == 0 && bytes.length > 8) {
                System.arraycopy(TestModules.misbehaving(), 0, bytes, 0, 8);
            }
            tryOut(bytes);
        }
    }

    @Test
    void aModuleThatIsCutOffIsRefused() throws Exception {
        byte[] whole = TestModules.misbehaving();
        for (int i = 0; i < ROUNDS; i++) {
            tryOut(Arrays.copyOf(whole, random.nextInt(whole.length)));
        }
    }

    @Test
    void aChangedModuleIsRefusedOrContained() throws Exception {
        for (byte[] whole : new byte[][] {TestModules.misbehaving(), TestModules.fileStore()}) {
            run = 0;
            for (int i = 0; i < ROUNDS; i++) {
                byte[] changed = whole.clone();
                for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                    changed[random.nextInt(changed.length)] =
                            (byte) (random.nextBoolean() ? random.nextInt() : 0xff << random.nextInt(8));
                }
                tryOut(changed);
            }
            assertThat(run).as("changed modules that were run").isPositive();
        }
    }
}
