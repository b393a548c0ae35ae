package id.lum.itests;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.osgi.framework.BundleContext;

/** The shell of a container, from inside: what is typed here an operator could type. */
final class Shell implements AutoCloseable {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final CommandSession session;

    private Shell(CommandProcessor processor, String typed) {
        session = processor.createSession(
                new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), printed, printed);
    }

    /** @param typed what a command finds that asks for input */
    static Shell open(BundleContext container, String typed) throws Exception {
        return new Shell(Lookup.service(container, CommandProcessor.class, "(objectClass=*)"), typed);
    }

    /** One command in a shell of its own. */
    static String run(BundleContext container, String command) throws Exception {
        try (Shell shell = open(container, "")) {
            return shell.run(command);
        }
    }

    /** What the shell shows for a command: what it printed and what it returned. */
    String run(String command) throws Exception {
        printed.reset();
        Object result = session.execute(command);
        session.getConsole().flush();
        return printed.toString(StandardCharsets.UTF_8)
                + (result == null ? "" : session.format(result, Converter.INSPECT));
    }

    @Override
    public void close() {
        session.close();
    }
}
