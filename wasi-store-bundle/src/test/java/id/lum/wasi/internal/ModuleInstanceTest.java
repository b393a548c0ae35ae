package id.lum.wasi.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleInstanceTest {
    /** That of the first file that is opened. */
    private static final long DESCRIPTOR = GuestFiles.FOLDER + 1;

    @TempDir
    Path folder;

    private static int close(WasiHost host) {
        GuestMemory memory = new GuestMemory(new ByteArrayMemory(new MemoryLimits(1, 1)));
        return host.call(WasiFunction.FD_CLOSE, memory, new long[] {DESCRIPTOR});
    }

    @Test
    void whatACallLeavesOpenIsClosedWhenItEnds() throws Exception {
        Files.writeString(folder.resolve("secret"), "s3cret");
        Sandbox sandbox = new Sandbox(Map.of(), Optional.of(folder), false, TestModules.PAGES);
        WasiHost host = new WasiHost(sandbox, new SecureRandom(), (bytes, length) -> {});
        ModuleInstance instance = TestModules.load(TestModules.misbehaving(), TestModules.PAGES, false)
                .instance(TestModules.PAGES, host);
        assertThat(instance.value(TestModules.request("open:secret"))).isEqualTo("0");
        assertThat(close(host)).isEqualTo(Errno.BAD_DESCRIPTOR);
    }
}
