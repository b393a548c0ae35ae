package id.lum.engine.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Asks for a token. A command takes none as an argument, which would land in the shell's history; the other way is a
 * file of the {@link TokenFolder}.
 *
 * <p>The shell binds the system streams to the session of the thread that runs a command, which spares us its API.
 */
final class TokenPrompt {
    /** Longer is no token. In bytes. */
    static final int MAX_BYTES = 64 * 1024;

    private TokenPrompt() {}

    static String ask() throws IOException {
        // In a remote session the shell reads beside us: it takes the token for a command and keeps it in its history.
        if (System.getProperties().containsKey("karaf.base")) {
            throw new IOException(
                    "Karaf's shell cannot ask for a token, but keeps it in its history. Name a token file: "
                            + "hooks:authenticate HOST FILE");
        }
        return ask(System.in, System.out);
    }

    static String ask(InputStream in, PrintStream out) throws IOException {
        out.print("Token: ");
        out.flush();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int read = in.read(); read >= 0 && read != '\n' && read != '\r'; read = in.read()) {
            line.write(read);
            if (line.size() > MAX_BYTES) {
                throw new IOException("The line is longer than " + MAX_BYTES + " bytes, which is no token.");
            }
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }
}
