package id.lum.support.plugin;

import id.lum.hooks.LogSafe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Checks that nobody but root and the user of this container can change or exchange a plugin: it and each folder above
 * it belong to one of the two, and neither group nor others may write. Others may write to a folder with the sticky
 * bit, such as {@code /tmp}: what is in it they cannot exchange.
 */
public final class FilePermissionCheck {
    private static final int ROOT = 0;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int STICKY = 01000;
    private static final int EXECUTABLE_BY_OWNER = 0100;
    private static final LinkOption[] FOLLOW = {};
    private static final LinkOption[] ITSELF = {LinkOption.NOFOLLOW_LINKS};

    private final int user;

    FilePermissionCheck(int user) {
        this.user = user;
    }

    /**
     * A check for the user who owns a file.
     *
     * @param ours a file or folder that this process made
     * @return the check
     * @throws IOException if it cannot be read
     * @throws PluginRefused if this file system knows no owners by number, as on Windows
     */
    public static FilePermissionCheck forOwnerOf(Path ours) throws IOException, PluginRefused {
        try {
            return new FilePermissionCheck(owner(ours, FOLLOW));
        } catch (UnsupportedOperationException | IllegalArgumentException notUnix) {
            throw new PluginRefused("plugins need a system with the permissions of Unix");
        }
    }

    /**
     * A check for the user of this process.
     *
     * @return the check
     * @throws IOException if no temporary file can be made
     * @throws PluginRefused if the file system of temporary files knows no owners by number, as on Windows
     */
    public static FilePermissionCheck forThisProcess() throws IOException, PluginRefused {
        Path ours = Files.createTempFile("lumid", "");
        try {
            return forOwnerOf(ours);
        } finally {
            Files.delete(ours);
        }
    }

    /**
     * Checks a plugin.
     *
     * @param file the plugin
     * @throws PluginRefused if it may not be run
     * @throws IOException if it cannot be looked at
     */
    public void check(PluginFile file) throws PluginRefused, IOException {
        Path real = file.path().toRealPath();
        if (!real.startsWith(file.root().toRealPath())) {
            throw new PluginRefused("it is a link to a place outside its folder of plugins");
        }
        if (!Files.isRegularFile(real, ITSELF)) {
            throw new PluginRefused("it is not a regular file");
        }
        checkEach(real);
        // With a link on the way to it, those who own the link decide, too.
        checkEach(file.path().toAbsolutePath());
    }

    /**
     * Checks a folder of ours.
     *
     * @param folder the folder
     * @throws PluginRefused if others may exchange it
     * @throws IOException if it cannot be looked at
     */
    public void checkFolder(Path folder) throws PluginRefused, IOException {
        checkEach(folder.toRealPath());
    }

    /**
     * Checks that a plugin can be made a process.
     *
     * @param file the plugin
     * @throws PluginRefused if its owner may not execute it
     * @throws IOException if it cannot be looked at
     */
    public void checkExecutable(PluginFile file) throws PluginRefused, IOException {
        if ((mode(file.path().toRealPath()) & EXECUTABLE_BY_OWNER) == 0) {
            throw new PluginRefused("its owner may not execute it");
        }
    }

    private void checkEach(Path path) throws PluginRefused, IOException {
        for (Path each = path; each != null; each = each.getParent()) {
            int owner = owner(each, ITSELF);
            if (owner != ROOT && owner != user) {
                throw new PluginRefused(LogSafe.whole(each.toString())
                        + " belongs to another user than root and that of this container");
            }
            int mode = mode(each);
            boolean sticky = Files.isDirectory(each) && (mode & STICKY) != 0;
            if ((mode & WRITABLE_BY_OTHERS) != 0 && !sticky) {
                throw new PluginRefused("group or others may write to " + LogSafe.whole(each.toString()));
            }
        }
    }

    private static int owner(Path path, LinkOption... links) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid", links);
    }

    private static int mode(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode");
    }
}
