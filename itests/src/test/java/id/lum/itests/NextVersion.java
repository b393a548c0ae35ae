package id.lum.itests;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** The archive that an operator gets of the version after this one: the same code under another number. */
final class NextVersion {
    private static final String THIS = "1.0.0-SNAPSHOT";
    static final String NEXT = "1.0.1";

    private interface Content {
        /** What is under another name or number there. */
        byte[] of(String name, byte[] before) throws IOException;
    }

    private NextVersion() {}

    /** Writes it beside the folder of a container. */
    static Path archive(Path archive, Path folder) throws IOException {
        Path next = folder.resolve(renamed(archive.getFileName().toString()));
        try (InputStream from = Files.newInputStream(archive);
                OutputStream to = Files.newOutputStream(next)) {
            copy(from, to, NextVersion::ofArchive);
        }
        return next;
    }

    private static byte[] ofArchive(String name, byte[] before) throws IOException {
        if (name.endsWith("MANIFEST.MF") || name.endsWith("features.xml")) {
            return renamed(new String(before, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        }
        if (name.contains("/id/lum/") && name.endsWith(".jar")) {
            ByteArrayOutputStream jar = new ByteArrayOutputStream();
            copy(new ByteArrayInputStream(before), jar, NextVersion::ofJar);
            return jar.toByteArray();
        }
        return before;
    }

    private static byte[] ofJar(String name, byte[] before) {
        return name.equals("META-INF/MANIFEST.MF")
                ? new String(before, StandardCharsets.UTF_8)
                        .replaceFirst("Bundle-Version: \\S+", "Bundle-Version: " + NEXT)
                        .getBytes(StandardCharsets.UTF_8)
                : before;
    }

    private static void copy(InputStream from, OutputStream to, Content content) throws IOException {
        // Not closed: both are the caller's.
        ZipInputStream before = new ZipInputStream(from);
        ZipOutputStream after = new ZipOutputStream(to);
        for (Optional<ZipEntry> entry = next(before); entry.isPresent(); entry = next(before)) {
            String name = entry.get().getName();
            after.putNextEntry(new ZipEntry(renamed(name)));
            after.write(content.of(name, before.readAllBytes()));
            after.closeEntry();
        }
        after.finish();
    }

    private static Optional<ZipEntry> next(ZipInputStream zip) throws IOException {
        return Optional.ofNullable(zip.getNextEntry());
    }

    private static String renamed(String text) {
        return text.replace(THIS, NEXT);
    }
}
