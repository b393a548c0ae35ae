package id.lum.itests;

import id.lum.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/** Files in Karaf's {@code etc}. Karaf writes each again after it has read it, and it is empty for a moment then. */
final class KarafConfigurationFile {
    private KarafConfigurationFile() {}

    /** Waits until something is in it. */
    static String read(Path file) throws IOException {
        AtomicReference<String> text = new AtomicReference<>("");
        Await.until(file.getFileName() + " is written", () -> {
            text.set(Files.readString(file));
            return !text.get().isEmpty();
        });
        return text.get();
    }
}
