package id.lum.itests;

import java.io.File;

/** What a process has open. */
final class Descriptors {
    private Descriptors() {}

    /** Files and sockets; 0 where the operating system does not say. */
    static int open() {
        return openOf("self");
    }

    /** The same, of another process. */
    static int openOf(long pid) {
        return openOf(String.valueOf(pid));
    }

    private static int openOf(String process) {
        String[] open = new File("/proc/" + process + "/fd").list();
        return open == null ? 0 : open.length;
    }
}
