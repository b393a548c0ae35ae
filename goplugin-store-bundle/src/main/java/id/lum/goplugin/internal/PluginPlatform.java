package id.lum.goplugin.internal;

import java.util.Locale;
import java.util.Map;

/**
 * The machine in the words of Go, which are part of the name of a plugin's file.
 *
 * @param os GOOS
 * @param architecture GOARCH
 */
record PluginPlatform(String os, String architecture) {
    private static final Map<String, String> ARCHITECTURES =
            Map.of("x86_64", "amd64", "aarch64", "arm64", "x86", "386", "i386", "386");

    /** The machine this runs on. */
    static PluginPlatform current() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    /**
     * A machine.
     *
     * @param os the system property {@code os.name}
     * @param architecture the system property {@code os.arch}
     */
    static PluginPlatform of(String os, String architecture) {
        String system = os.toLowerCase(Locale.ROOT);
        String machine = architecture.toLowerCase(Locale.ROOT);
        return new PluginPlatform(
                system.startsWith("mac") ? "darwin" : system.startsWith("windows") ? "windows" : system,
                ARCHITECTURES.getOrDefault(machine, machine));
    }

    /** How the names of the files of its plugins end. */
    String suffix() {
        return "-" + os + "-" + architecture;
    }
}
