package id.lum.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A configuration file in an operator's editor. */
final class EditedFile {
    private EditedFile() {}

    /**
     * Replaces the first place that matches.
     *
     * @param what a regular expression; that it matches nothing is an error of the test
     */
    static void replace(Path file, String what, String with) throws IOException {
        String text = Files.readString(file);
        String changed = text.replaceFirst(what, with);
        if (text.equals(changed)) {
            throw new AssertionError("There is no " + what + " in " + file);
        }
        // At once, as editors save: who reads it meanwhile reads one or the other. Apart, because every file of the
        // folder is read.
        Path saved = Files.writeString(file.getParent().resolveSibling(file.getFileName() + ".saved"), changed);
        Files.move(saved, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
