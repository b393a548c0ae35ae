package id.lum.tour.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;

/** The container's shell, used as an operator uses it. */
final class Console {
    private final CommandProcessor shell;

    Console(CommandProcessor shell) {
        this.shell = shell;
    }

    List<String> run(String command) {
        try (CommandSession session = shell.createSession(
                new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream(), OutputStream.nullOutputStream())) {
            return String.valueOf(session.execute(command)).lines().toList();
        } catch (Exception failure) {
            // The shell hands on whatever a command throws.
            return List.of(command + " failed: " + failure.getMessage());
        }
    }
}
