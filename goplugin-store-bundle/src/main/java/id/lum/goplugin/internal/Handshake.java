package id.lum.goplugin.internal;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/**
 * What a plugin says of itself in the first line that it prints.
 *
 * @param address where it listens: a Unix domain socket, or a port of the loopback address
 * @param certificate in DER; empty if it talks without TLS
 */
record Handshake(SocketAddress address, byte[] certificate) {
    private static final String CORE_PROTOCOL = "1";
    private static final String APPLICATION_PROTOCOL = "1";
    private static final String LOOPBACK = "127.0.0.1";

    /** The library of plugins takes a shorter one for none, too. In characters. */
    private static final int MIN_CERTIFICATE = 51;

    /**
     * Reads the line.
     *
     * @param line the line, which is nowhere quoted
     * @param socketFolder where the plugin was told to put its socket: it may be nowhere else
     * @throws PluginStartFailed if it is no such line, or names a protocol or an address that is not ours
     */
    static Handshake parse(String line, Path socketFolder) throws PluginStartFailed {
        List<String> fields = List.of(line.strip().split("\\|", -1));
        if (fields.size() < 4 || !fields.get(0).matches("[0-9]{1,9}")) {
            throw new PluginStartFailed("its first line is no handshake of go-plugin");
        }
        if (!fields.get(0).equals(CORE_PROTOCOL)) {
            throw new PluginStartFailed("it speaks another version of go-plugin's own protocol than 1");
        }
        if (!fields.get(1).equals(APPLICATION_PROTOCOL)) {
            throw new PluginStartFailed("it speaks another version of the protocol of configmanager's plugins than 1");
        }
        if (fields.size() < 5 || !fields.get(4).equals("grpc")) {
            throw new PluginStartFailed("it does not speak gRPC");
        }
        return new Handshake(
                address(fields.get(2), fields.get(3), socketFolder),
                fields.size() > 5 ? certificate(fields.get(5)) : new byte[0]);
    }

    private static SocketAddress address(String network, String address, Path socketFolder) throws PluginStartFailed {
        try {
            if (network.equals("unix")) {
                Path socket = Path.of(address).toAbsolutePath().normalize();
                if (socket.getParent().equals(socketFolder)) {
                    return UnixDomainSocketAddress.of(socket);
                }
            } else if (network.equals("tcp") && address.startsWith(LOOPBACK + ":")) {
                return new InetSocketAddress(LOOPBACK, Integer.parseInt(address.substring(LOOPBACK.length() + 1)));
            }
        } catch (IllegalArgumentException unfit) {
            // Neither a path nor a port; refused below.
        }
        throw new PluginStartFailed("it listens somewhere else than in the folder it was given");
    }

    private static byte[] certificate(String base64) throws PluginStartFailed {
        if (base64.length() < MIN_CERTIFICATE) {
            return new byte[0];
        }
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException noBase64) {
            throw new PluginStartFailed("its certificate cannot be read");
        }
    }
}
