package id.lum.goplugin.internal;

import id.lum.hooks.LogSafe;
import id.lum.support.config.ConfiguredOwner;
import id.lum.support.config.DataFolder;
import id.lum.support.config.DeclaredSettings;
import id.lum.support.config.SettingRefused;
import id.lum.support.lifecycle.StopDeadline;
import id.lum.support.plugin.PluginRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what the configuration {@code id.lum.goplugin} asks for: the plugins that are run. A refused configuration
 * leaves the last good one in force; if there was none, no plugin is run.
 */
final class GoPluginOwner implements ConfiguredOwner.Target<GoPluginConfiguration, GoPluginSettings> {
    private static final Logger LOG = LoggerFactory.getLogger(GoPluginOwner.class);
    private static final String WORK_FOLDER = "lumid/goplugin";

    private record Running(GoPluginSettings settings, PluginSet plugins) {
        boolean hasFoldersOf(GoPluginSettings next) {
            return settings.workFolder().equals(next.workFolder())
                    && settings.socketFolder().equals(next.socketFolder());
        }
    }

    private final BundleContext bundle;
    // Only the delivery of the configuration changes it, one call at a time.
    private Optional<Running> running = Optional.empty();

    GoPluginOwner(BundleContext bundle) {
        this.bundle = bundle;
    }

    @Override
    public GoPluginSettings parse(DeclaredSettings<GoPluginConfiguration> settings) {
        return GoPluginSettings.parse(settings.withDefault(
                GoPluginConfiguration::work_folder, DataFolder.of(bundle).file(WORK_FOLDER)));
    }

    @Override
    public String afterRefusal() {
        return running.isEmpty() ? "No plugin is run." : ConfiguredOwner.LAST_GOOD;
    }

    @Override
    public void apply(GoPluginSettings settings) {
        Optional<Running> same = running.filter(now -> now.hasFoldersOf(settings));
        if (settings.roots().isEmpty()) {
            switchOff(settings);
        } else if (same.isPresent()) {
            same.get().plugins().apply(settings);
            running = Optional.of(new Running(settings, same.get().plugins()));
        } else {
            WorkFolder folder = open(settings);
            close(StopDeadline.unhurried());
            running = Optional.of(new Running(settings, new PluginSet(bundle, folder, settings)));
        }
        if (!settings.mutualTls() && running.isPresent()) {
            LOG.warn(
                    "{}: auto.mtls is off. A process of the same user can talk to a plugin, or stand in for it.",
                    GoPluginSettings.PID);
        }
    }

    private void switchOff(GoPluginSettings settings) {
        close(StopDeadline.unhurried());
        // Somebody may have switched it off because the container was killed, and its plugins live on.
        if (Files.isDirectory(settings.workFolder())) {
            open(settings);
        }
        LOG.info("{}: roots names no folder, so no plugin is run.", GoPluginSettings.PID);
    }

    /** If the folder cannot be made now, it is tried again. */
    private static WorkFolder open(GoPluginSettings settings) {
        try {
            return WorkFolder.open(settings.workFolder(), settings.socketFolder());
        } catch (PluginRefused unsafe) {
            throw new SettingRefused(
                    GoPluginSettings.PID,
                    "work.folder",
                    settings.workFolder().toString(),
                    "must be a folder that nobody but root and the user of this container can change, but "
                            + unsafe.getMessage());
        } catch (IOException failed) {
            throw new UncheckedIOException(
                    "The folder " + LogSafe.whole(settings.workFolder().toString()) + " cannot be used.", failed);
        }
    }

    @Override
    public void close(StopDeadline deadline) {
        running.ifPresent(now -> now.plugins().close(deadline));
        running = Optional.empty();
    }
}
