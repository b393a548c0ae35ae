package id.lum.wasi.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeapBudgetTest {
    @TempDir
    Path folder;

    @Test
    void whatOneModuleHasNoOtherGetsUntilItIsGivenBack() throws Exception {
        HeapBudget heap = new HeapBudget(10 << 20);
        HeapBudget.Share first = heap.share();
        first.take(6 << 20);
        HeapBudget.Share second = heap.share();
        assertThatThrownBy(() -> second.take(5 << 20))
                .isInstanceOf(ModuleLoadFailed.class)
                .hasMessage("it may take 5 MiB of the heap, but all modules get 10 MiB, and the others have 6 MiB of"
                        + " that");
        first.giveBack(1 << 20);
        second.take(5 << 20);
        first.close();
        second.close();
        assertThat(heap.taken()).isZero();
    }

    /** With the options by which bin/lumid starts the container: it ends at the first lack of memory. */
    @Test
    void modulesThatTakeAllTheMemoryTheyGetDoNotEndAContainerWithASmallHeap() throws Exception {
        Process container = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx100m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HungryModules.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(container.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(container.waitFor()).as(printed).isZero();
        assertThat(printed).contains("1 modules: it may take 48 MiB of the heap, but all modules get");
    }
}
