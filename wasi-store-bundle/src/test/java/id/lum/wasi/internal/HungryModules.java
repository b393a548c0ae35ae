package id.lum.wasi.internal;

import id.lum.support.plugin.Checksum;
import id.lum.support.plugin.FilePermissionCheck;
import id.lum.support.plugin.FileVersion;
import id.lum.support.plugin.OutputMode;
import id.lum.support.plugin.PluginFile;
import id.lum.support.plugin.PluginSearch.Found;
import id.lum.testing.Together;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * A process in which modules take all the memory that they get: as many modules as are accepted, each instance of which
 * grows to its limit and opens as much of files as it can.
 */
final class HungryModules {
    private static final int MODULES = 100;
    private static final int ROUNDS = 10;

    private HungryModules() {}

    /**
     * Prints how many modules were accepted.
     *
     * @param arguments a folder for modules and files
     */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Path files = Files.createDirectories(folder.resolve("files"));
        Files.write(files.resolve("secret"), new byte[GuestFiles.MAX_BYTES / 2]);
        Sandbox sandbox = new Sandbox(Map.of(), Optional.of(files), false, TestModules.PAGES);
        ExecutorService threads = TestModules.threads();
        ModuleLoader loader =
                new ModuleLoader(FilePermissionCheck.forThisProcess(), HeapBudget.ofThisProcess(), threads);
        List<ServedModule> modules = new ArrayList<>();
        try {
            Path file = new ModuleFolder(folder).put(TestModules.misbehaving());
            Found found = new Found(
                    new PluginFile(ModuleFolder.PREFIX, folder, file), FileVersion.of(file), new Checksum("none"));
            for (int i = 0; i < MODULES; i++) {
                modules.add(loader.load(
                        new ModuleSpec(found, sandbox, false, 2, OutputMode.OFF, TestModules.LONG, TestModules.LONG)));
            }
        } catch (ModuleLoadFailed noMore) {
            System.out.println(modules.size() + " modules: " + noMore.getMessage());
        }
        Together.run(thread -> {
            for (int i = 0; i < ROUNDS; i++) {
                for (ServedModule module : modules) {
                    module.value(TestModules.request("grow"), "");
                    module.value(TestModules.request("open-many"), "");
                }
            }
        });
        threads.shutdown();
    }
}
