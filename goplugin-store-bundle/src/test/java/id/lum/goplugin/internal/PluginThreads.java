package id.lum.goplugin.internal;

import java.util.List;

/** The threads of this bundle that run, by name. */
final class PluginThreads {
    private PluginThreads() {}

    static List<String> running() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("lumid-goplugin") || name.startsWith("grpc") || name.startsWith("Okio"))
                .toList();
    }
}
