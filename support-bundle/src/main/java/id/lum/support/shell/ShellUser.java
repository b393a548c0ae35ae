package id.lum.support.shell;

import id.lum.hooks.LogSafe;
import java.security.AccessController;
import java.security.Principal;
import java.util.Comparator;
import java.util.Optional;
import javax.security.auth.Subject;

/** Who types at the shell, for the log line of a change. */
public final class ShellUser {
    /** Karaf's subjects hold the client's address and the roles too, in no certain order; its class is not imported. */
    private static final String USER = "UserPrincipal";

    private ShellUser() {}

    /**
     * The user on whose behalf this thread runs a command: the user among the principals of its JAAS subject, else the
     * first of them, where a shell logs its users in as Karaf's does; else the user of the operating system that runs
     * the container.
     *
     * @return the name, printable
     */
    public static String name() {
        return LogSafe.of(subject()
                .flatMap(subject -> subject.getPrincipals().stream()
                        .min(Comparator.comparing(
                                principal -> !USER.equals(principal.getClass().getSimpleName()))))
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
