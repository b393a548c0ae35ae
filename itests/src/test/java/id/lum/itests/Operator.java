package id.lum.itests;

import java.nio.file.Path;

/** Whoever has the shell and the files of a container. */
interface Operator {
    /**
     * Types lines in one session, so that a variable which one sets is known to the next.
     *
     * @return all that was shown
     */
    String types(String... lines) throws Exception;

    /** Where the container reads its configuration. */
    Path etc();
}
