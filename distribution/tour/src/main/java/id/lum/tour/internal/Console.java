package id.lum.tour.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;

/** The container's shell, used as an operator uses it. */
final class Console {
    private final CommandProcessor shell;

    Console(CommandProcessor shell) {
        this.shell = shell;
    }

    List<String> run(String command) {
        return run(command, Map.of());
    }

    /** @param variables what the command calls by a name with a dollar sign before it */
    List<String> run(String command, Map<String, ?> variables) {
        try (CommandSession session = shell.createSession(
                new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream(), OutputStream.nullOutputStream())) {
            variables.forEach(session::put);
            return String.valueOf(session.execute(command)).lines().toList();
        } catch (Exception failure) {
            // The shell hands on whatever a command throws.
            return List.of(command + " failed: " + failure.getMessage());
        }
    }
}
