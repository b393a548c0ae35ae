package id.lum.support.plugin;

import id.lum.hooks.LogSafe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into folders for the plugins that may be run. What may not be run is logged once, until it is about something
 * else. Not safe for several threads.
 */
public final class PluginSearch {
    private static final Logger LOG = LoggerFactory.getLogger(PluginSearch.class);

    /** Decides by its owner and mode whether a file may be a plugin. */
    @FunctionalInterface
    public interface Permission {
        /**
         * Checks a file.
         *
         * @param file the file
         * @throws PluginRefused if it may not be run
         * @throws IOException if it cannot be looked at
         */
        void check(PluginFile file) throws PluginRefused, IOException;
    }

    /**
     * A plugin that may be run, if it has the right content.
     *
     * @param file the plugin
     * @param version tells the file from one that was put in its place
     * @param checksum which content the file must have
     */
    public record Found(PluginFile file, FileVersion version, Checksum checksum) {}

    /**
     * What there is in the folders.
     *
     * @param plugins by prefix
     * @param unreadable files and folders that could not be looked at
     */
    public record Result(Map<String, Found> plugins, Set<Path> unreadable) {
        /**
         * Whether nothing is known of a file, so that what runs of it may go on.
         *
         * @param file one of an earlier search
         * @return true if it, or its folder of plugins, could not be looked at
         */
        public boolean isUnknown(PluginFile file) {
            return unreadable.contains(file.path()) || unreadable.contains(file.root());
        }
    }

    /** What is known of a file that is not run, so that it is not read at every look. */
    private record Content(FileVersion version, String sha256) {}

    private final String pid;
    private final PluginDiscovery discovery;
    private final Permission permission;
    private final Map<String, String> lastComplaints = new HashMap<>();
    private final Map<Path, Content> contents = new HashMap<>();

    /**
     * A search.
     *
     * @param pid of the configuration whose setting {@code sha256} has the checksums, for the log
     * @param suffix how the name of a plugin ends, after its prefix in lower case
     * @param permission decides by owner and mode
     */
    public PluginSearch(String pid, String suffix, Permission permission) {
        this.pid = pid;
        this.discovery = new PluginDiscovery(suffix);
        this.permission = permission;
    }

    /**
     * Looks into the folders.
     *
     * @param roots the folders; one that is not there has none
     * @param checksums of plugins that may be run, by prefix
     * @return what there is
     */
    public Result find(List<Path> roots, Map<String, Checksum> checksums) {
        PluginDiscovery.Discovered found = discovery.find(roots);
        Map<String, PluginFile> files = found.files();
        for (Path root : roots) {
            String folder = root.toString();
            if (found.unreadable().containsKey(root)) {
                complain(
                        folder,
                        "The folder of plugins " + LogSafe.whole(folder) + " cannot be read ("
                                + found.unreadable().get(root).getClass().getSimpleName()
                                + "). What runs of it goes on; others are not found.");
            } else {
                isMended(folder);
            }
        }
        Map<String, Found> plugins = new TreeMap<>();
        Set<Path> unreadable = new HashSet<>(found.unreadable().keySet());
        files.forEach((prefix, file) -> {
            String name = "The plugin " + LogSafe.whole(file.path().toString()) + " for " + prefix;
            try {
                check(file, name, checksums).ifPresent(plugin -> {
                    plugins.put(prefix, plugin);
                    isMended(prefix);
                });
            } catch (PluginRefused refused) {
                complain(prefix, name + " is not run: " + refused.getMessage() + ".");
            } catch (IOException failed) {
                complain(
                        prefix,
                        name + " cannot be read (" + failed.getClass().getSimpleName()
                                + "). If it runs already, it goes on.");
                unreadable.add(file.path());
            }
        });
        if (found.unreadable().isEmpty()) {
            complainOfMissing(checksums.keySet(), files.keySet());
        }
        return new Result(plugins, unreadable);
    }

    private Optional<Found> check(PluginFile file, String name, Map<String, Checksum> checksums)
            throws PluginRefused, IOException {
        permission.check(file);
        Optional<Checksum> checksum = Optional.ofNullable(checksums.get(file.prefix()));
        if (checksum.isEmpty()) {
            complainOfNoChecksum(file, name);
            return Optional.empty();
        }
        FileVersion version = FileVersion.of(file.path());
        if (version.size() > Checksum.MAX_FILE_BYTES) {
            throw new PluginRefused("it is longer than " + Checksum.MAX_FILE_BYTES + " bytes");
        }
        return Optional.of(new Found(file, version, checksum.get()));
    }

    private void complainOfNoChecksum(PluginFile file, String name) throws IOException {
        complain(
                file.prefix(),
                name + " is not run: " + pid + ": sha256 has no checksum for it. If you trust the file, add \""
                        + file.prefix() + " " + sha256(file.path()) + "\".");
    }

    /**
     * The SHA-256 of a file. It is worked out again when the file has changed.
     *
     * @param file the file
     * @return 64 hexadecimal digits in lower case
     * @throws IOException if it cannot be read
     */
    public String sha256(Path file) throws IOException {
        FileVersion version = FileVersion.of(file);
        Content known = contents.get(file);
        if (known == null || !known.version().equals(version)) {
            contents.put(file, new Content(version, Checksum.of(file.toRealPath())));
        }
        return contents.get(file).sha256();
    }

    private void complainOfMissing(Set<String> expected, Set<String> found) {
        Set<String> missing = new TreeSet<>(expected);
        missing.removeAll(found);
        missing.forEach(prefix -> complain(
                prefix,
                "There is no plugin for " + prefix + ", for which " + pid
                        + ": sha256 has a checksum, in any folder of plugins."));
    }

    /**
     * Logs an error, once until there is another one about the same thing, or it {@link #isMended}.
     *
     * @param about what the sentence is about, such as a prefix
     * @param sentence what is wrong
     */
    public void complain(String about, String sentence) {
        if (!sentence.equals(lastComplaints.put(about, sentence))) {
            LOG.error(sentence);
        }
    }

    /**
     * Nothing is wrong with it now: what is wrong later is logged again.
     *
     * @param about what a sentence may have been about
     */
    public void isMended(String about) {
        lastComplaints.remove(about);
    }
}
