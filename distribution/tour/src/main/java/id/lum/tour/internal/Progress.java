package id.lum.tour.internal;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/**
 * How far the tour has come, kept in a file while the container is away.
 *
 * @param told how many chapters are over
 * @param right how many answers were the ones expected
 * @param wrong how many were not
 */
record Progress(int told, int right, int wrong) {
    static final Progress NONE = new Progress(0, 0, 0);

    /** {@link #NONE} without a file. */
    static Progress read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return NONE;
        }
        Properties properties = new Properties();
        try (Reader text = Files.newBufferedReader(file)) {
            properties.load(text);
        }
        return new Progress(number(properties, "told"), number(properties, "right"), number(properties, "wrong"));
    }

    /** As a whole or not at all: the container may be killed at any moment. */
    void write(Path file) throws IOException {
        Properties properties = new Properties();
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
