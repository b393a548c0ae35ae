package id.lum.wasi.internal;

import id.lum.support.config.DeclaredSettings;
import id.lum.support.plugin.Checksum;
import id.lum.support.plugin.EnvironmentRules;
import id.lum.support.plugin.OutputMode;
import id.lum.support.plugin.PluginRules;
import id.lum.support.plugin.PluginSearch.Found;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the configuration {@code id.lum.wasi} says, checked.
 *
 * @param roots folders of modules
 * @param checksums by prefix
 * @param folders which a module may read, by prefix
 * @param environments which variables a module gets, by prefix
 * @param clocks the prefixes of modules that learn the time
 * @param compile whether modules are translated to classes
 * @param instances how many calls of a module run at a time
 * @param memoryPages how many pages of 64 KiB the memory of an instance may have
 * @param output what becomes of the lines that modules print
 * @param startTimeout how long a module may take until it can be asked
 * @param callTimeout how long a call may take
 * @param scanPause how long after a look into the folders the next one follows
 */
record WasiStoreSettings(
        List<Path> roots,
        Map<String, Checksum> checksums,
        Map<String, Path> folders,
        Map<String, EnvironmentRules> environments,
        Set<String> clocks,
        boolean compile,
        int instances,
        int memoryPages,
        OutputMode output,
        Duration startTimeout,
        Duration callTimeout,
        Duration scanPause) {
    static final String PID = "id.lum.wasi";

    /**
     * Reads the settings.
     *
     * @param heap into which the instances of all modules must fit
     * @throws id.lum.support.config.SettingRefused naming every value that is wrong
     */
    static WasiStoreSettings parse(DeclaredSettings<WasiStoreConfiguration> settings, HeapBudget heap) {
        PluginRules<WasiStoreConfiguration> rules = new PluginRules<>(settings);
        List<String> clocks = settings.list(WasiStoreConfiguration::clock);
        if (!clocks.stream().allMatch(PluginRules::isPrefix)) {
            settings.refuse(WasiStoreConfiguration::clock, "must be prefixes in capital letters and digits");
        }
        WasiStoreSettings parsed = new WasiStoreSettings(
                List.copyOf(rules.roots(WasiStoreConfiguration::roots)),
                rules.checksums(WasiStoreConfiguration::sha256),
                rules.folders(WasiStoreConfiguration::folders),
                rules.environments(WasiStoreConfiguration::environment),
                Set.copyOf(clocks),
                settings.choice(WasiStoreConfiguration::execution).equals("compiled"),
                (int) settings.number(WasiStoreConfiguration::instances),
                (int) settings.number(WasiStoreConfiguration::memory_pages),
                OutputMode.valueOf(
                        settings.choice(WasiStoreConfiguration::output).toUpperCase(Locale.ROOT)),
                Duration.ofMillis(settings.number(WasiStoreConfiguration::start_timeout_ms)),
                Duration.ofMillis(settings.number(WasiStoreConfiguration::call_timeout_ms)),
                Duration.ofSeconds(settings.number(WasiStoreConfiguration::scan_seconds)));
        if (!parsed.roots.isEmpty() && parsed.heapBytes() > heap.total()) {
            settings.refuse(WasiStoreConfiguration::memory_pages, parsed.tooMuch(heap));
        }
        settings.throwIfRefused();
        rules.warnOfOthers(
                WasiStoreConfiguration::environment, parsed.environments().keySet(), parsed.checksums());
        rules.warnOfOthers(WasiStoreConfiguration::folders, parsed.folders().keySet(), parsed.checksums());
        rules.warnOfOthers(WasiStoreConfiguration::clock, parsed.clocks(), parsed.checksums());
        return parsed;
    }

    /** Of the instances of all modules that have a checksum, and of one that is being exchanged. In bytes. */
    private long heapBytes() {
        long all = 0;
        long largest = 0;
        for (String prefix : checksums.keySet()) {
            long one = instances * Sandbox.heapBytes(memoryPages, folders.containsKey(prefix));
            all += one;
            largest = Math.max(largest, one);
        }
        return all + largest;
    }

    private String tooMuch(HeapBudget heap) {
        return "must be smaller, or instances must be, or the heap larger: " + instances + " instances for each of "
                + checksums.size() + " modules, and for one that is being exchanged, may take "
                + HeapBudget.megabytes(heapBytes()) + ", and they get " + HeapBudget.megabytes(heap.total())
                + ", half of the heap";
    }

    /**
     * How a module is run.
     *
     * @param environment of which it gets what its rules allow
     */
    ModuleSpec spec(Found found, Map<String, String> environment) {
        String prefix = found.file().prefix();
        EnvironmentRules rules = environments.getOrDefault(prefix, new EnvironmentRules(List.of()));
        Sandbox sandbox = new Sandbox(
                rules.allowed(environment),
                Optional.ofNullable(folders.get(prefix)),
                clocks.contains(prefix),
                memoryPages);
        return new ModuleSpec(found, sandbox, compile, instances, output, startTimeout, callTimeout);
    }
}
