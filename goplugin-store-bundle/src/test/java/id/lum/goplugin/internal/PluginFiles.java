package id.lum.goplugin.internal;

import id.lum.support.plugin.Checksum;
import id.lum.support.plugin.EnvironmentRules;
import id.lum.support.plugin.FileVersion;
import id.lum.support.plugin.OutputMode;
import id.lum.support.plugin.PluginFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Folders of plugins that are shell scripts, and how they are run. */
record PluginFiles(Path root, Path work, Path sockets) {
    static final String PREFIX = "VAULT";
    static final String SUFFIX = PluginPlatform.current().suffix();

    static PluginFiles in(Path folder) throws IOException {
        return new PluginFiles(
                Files.createDirectories(folder.resolve("plugins")),
                folder.resolve("work"),
                Files.createDirectories(folder.resolve("s")));
    }

    /** A plugin whose process is a shell that runs the commands. */
    PluginFile script(String commands) throws IOException {
        return script(PREFIX, commands);
    }

    PluginFile script(String prefix, String commands) throws IOException {
        Path file = root.resolve(prefix.toLowerCase(Locale.ROOT) + SUFFIX);
        Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new PluginFile(prefix, root, file);
    }

    /** A plugin that is a {@link GoPluginServer}. */
    PluginFile server(String... arguments) throws IOException {
        return script(serverCommand(arguments));
    }

    static String serverCommand(String... arguments) {
        return Stream.concat(
                        Stream.of(
                                "exec",
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                GoPluginServer.class.getName()),
                        Stream.of(arguments))
                .map(word -> word.equals("exec") ? word : "'" + word + "'")
                .reduce((one, other) -> one + " " + other)
                .orElseThrow();
    }

    PluginSpec spec(PluginFile file) throws IOException {
        return new PluginSpec(
                file,
                FileVersion.of(file.path()),
                new Checksum(Checksum.of(file.path())),
                new EnvironmentRules(List.of()),
                // The other one would cost another start of a virtual machine each time.
                List.of("hello"),
                true,
                OutputMode.DEBUG,
                Duration.ofSeconds(60),
                Duration.ofSeconds(60));
    }

    WorkFolder workFolder() throws Exception {
        return WorkFolder.open(work, sockets);
    }

    /** What is left of processes. */
    List<Path> leftovers() throws IOException {
        try (Stream<Path> inWork = Files.walk(work);
                Stream<Path> inSockets = Files.walk(sockets)) {
            return Stream.concat(inWork, inSockets)
                    .filter(path -> !List.of(work, sockets, work.resolve("copies"), work.resolve("processes"))
                            .contains(path))
                    .toList();
        }
    }
}
