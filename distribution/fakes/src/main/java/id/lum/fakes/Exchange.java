package id.lum.fakes;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The connection that an answer goes to. */
record Exchange(Socket connection, Gate waiting) {

    void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    void write(byte[] bytes) throws IOException {
        connection.getOutputStream().write(bytes);
    }
}
