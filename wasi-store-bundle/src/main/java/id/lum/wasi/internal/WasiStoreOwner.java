package id.lum.wasi.internal;

import id.lum.support.config.ConfiguredOwner;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SettingRefused;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.plugin.FilePermissionCheck;
import id.lum.support.plugin.PluginRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what the configuration {@code id.lum.wasi} asks for: the modules that are run. A refused configuration leaves
 * the last good one in force; if there was none, no module is run.
 */
final class WasiStoreOwner implements ConfiguredOwner.Target<WasiStoreConfiguration, WasiStoreSettings> {
    private static final Logger LOG = LoggerFactory.getLogger(WasiStoreOwner.class);

    private final BundleContext bundle;
    private final HeapBudget heap;
    // Only the delivery of the configuration changes it, one call at a time.
    private Optional<ModuleSet> running = Optional.empty();

    /** @param heap of which each module takes a share */
    WasiStoreOwner(BundleContext bundle, HeapBudget heap) {
        this.bundle = bundle;
        this.heap = heap;
    }

    @Override
    public WasiStoreSettings parse(DeclaredSettings<WasiStoreConfiguration> settings) {
        return WasiStoreSettings.parse(settings, heap);
    }

    @Override
    public String afterRefusal() {
        return running.isEmpty() ? "No module is run." : ConfiguredOwner.LAST_GOOD;
    }

    @Override
    public void apply(WasiStoreSettings settings) {
        if (settings.roots().isEmpty()) {
            close(StopDeadline.unhurried());
            LOG.info("{}: roots names no folder, so no module is run.", WasiStoreSettings.PID);
        } else if (running.isPresent()) {
            running.get().apply(settings);
        } else {
            running = Optional.of(new ModuleSet(bundle, permissions(settings), heap, System.getenv(), settings));
        }
    }

    /** If no file can be made now, it is tried again. */
    private static FilePermissionCheck permissions(WasiStoreSettings settings) {
        try {
            return FilePermissionCheck.forThisProcess();
        } catch (PluginRefused notUnix) {
            throw new SettingRefused(
                    WasiStoreSettings.PID,
                    "roots",
                    settings.roots().toString(),
                    "must be on a system with the permissions of Unix");
        } catch (IOException failed) {
            throw new UncheckedIOException("The folder for temporary files cannot be used.", failed);
        }
    }

    @Override
    public void close(StopDeadline deadline) {
        running.ifPresent(modules -> modules.close(deadline));
        running = Optional.empty();
    }
}
