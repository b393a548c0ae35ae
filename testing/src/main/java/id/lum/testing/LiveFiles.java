package id.lum.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Files that others write, rename and delete while a test looks for something in them. */
public final class LiveFiles {
    private LiveFiles() {}

    /**
     * The regular files below a folder. A file that goes while this looks may be left out.
     *
     * @param folder the folder
     * @return the files, also those of its folders
     * @throws IOException if a folder cannot be read, for another reason than that it has gone
     */
    public static List<Path> below(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failed) throws IOException {
                if (failed instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failed;
            }
        });
        return files;
    }

    /**
     * What is in a file, each byte as a character: a search in it fails for no charset.
     *
     * @param file the file
     * @return the text; empty if the file has gone
     * @throws IOException if it cannot be read for another reason
     */
    public static String text(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException gone) {
            return "";
        }
    }
}
