package id.lum.wasi.internal;

import id.lum.support.plugin.Checksum;
import id.lum.support.plugin.FilePermissionCheck;
import id.lum.support.plugin.FileVersion;
import id.lum.support.plugin.OutputMode;
import id.lum.support.plugin.PluginFile;
import id.lum.support.plugin.PluginSearch.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ExecutorService;

/** A folder of modules, and how they are run without settings. */
record ModuleFolder(Path root) {
    static final String PREFIX = "VAULT";

    /** Puts a module in its place, as a whole. */
    Path put(byte[] module) throws IOException {
        Path file = root.resolve("vault.wasm");
        Path next = Files.write(root.resolve("next"), module);
        return Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    ServedModule load(byte[] module, Sandbox sandbox, OutputMode output, ExecutorService threads) throws Exception {
        Path file = put(module);
        Found found =
                new Found(new PluginFile(PREFIX, root, file), FileVersion.of(file), new Checksum(Checksum.of(file)));
        ModuleSpec spec = new ModuleSpec(found, sandbox, true, 4, output, TestModules.LONG, TestModules.LONG);
        return new ModuleLoader(FilePermissionCheck.forThisProcess(), TestModules.plenty(), threads).load(spec);
    }
}
