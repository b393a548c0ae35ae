package id.lum.tour.internal;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/**
 * The progress of the tour, kept in a file from one container to the next. {@link TourLauncher} reads in it what to do
 * next.
 *
 * @param chapters the number of chapters that the tour has; 0 before it has begun
 * @param told the number of chapters that have been told
 * @param right the number of answers that were as expected
 * @param wrong the number of the others
 */
record Progress(int chapters, int told, int right, int wrong) {
    static final Progress NONE = new Progress(0, 0, 0, 0);

    /** @param data the data folder of the tour */
    static Path in(Path data) {
        return data.resolve("tour.properties");
    }

    boolean isOver() {
        return chapters > 0 && told == chapters;
    }

    /** Returns {@link #NONE} if there is no file. */
    static Progress read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return NONE;
        }
        Properties properties = new Properties();
        try (Reader text = Files.newBufferedReader(file)) {
            properties.load(text);
        }
        return new Progress(
                number(properties, "chapters"),
                number(properties, "told"),
                number(properties, "right"),
                number(properties, "wrong"));
    }

    /** Writes the whole file or nothing, because the container may be killed at any moment. */
    void write(Path file) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("chapters", String.valueOf(chapters));
        properties.setProperty("told", String.valueOf(told));
        properties.setProperty("right", String.valueOf(right));
        properties.setProperty("wrong", String.valueOf(wrong));
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (Writer text = Files.newBufferedWriter(fresh)) {
            properties.store(text, null);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static int number(Properties properties, String name) throws IOException {
        try {
            return Integer.parseInt(properties.getProperty(name, ""));
        } catch (NumberFormatException notANumber) {
            throw new IOException("The tour's progress says nothing about " + name + ".", notANumber);
        }
    }
}
