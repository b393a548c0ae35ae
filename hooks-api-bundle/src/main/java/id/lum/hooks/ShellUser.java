package id.lum.hooks;

import java.security.AccessController;
import java.security.Principal;
import java.util.Optional;
import javax.security.auth.Subject;

/** Who types at the shell, for the log line of a change. */
public final class ShellUser {
    private ShellUser() {}

    /**
     * The user on whose behalf this thread runs a command: the first principal of its JAAS subject, where a shell logs
     * its users in as Karaf's does, else the user of the operating system that runs the container.
     *
     * @return the name, printable
     */
    public static String name() {
        return Printable.of(subject()
                .flatMap(subject -> subject.getPrincipals().stream().findFirst())
                .map(Principal::getName)
                .orElseGet(() -> System.getProperty("user.name", "unknown")));
    }

    @SuppressWarnings("removal")
    private static Optional<Subject> subject() {
        try {
            return Optional.ofNullable(Subject.getSubject(AccessController.getContext()));
        } catch (UnsupportedOperationException gone) {
            // Java 24 and newer have no subjects of this kind.
            return Optional.empty();
        }
    }
}
