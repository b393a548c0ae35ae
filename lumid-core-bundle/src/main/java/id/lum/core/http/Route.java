package id.lum.core.http;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Where a connection leads: to a server, directly or by a proxy. Connections of one route are interchangeable.
 *
 * @param secure whether it is TLS
 * @param host the server's name or address, an IPv6 address without brackets
 * @param port the server's
 * @param proxy the proxy's name and port, unresolved
 */
record Route(boolean secure, String host, int port, Optional<InetSocketAddress> proxy) {

    /** By the proxy that the Java system properties, or whoever replaced the default selector, name for this URI. */
    static Route to(URI uri) {
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        String host = uri.getHost().startsWith("[")
                ? uri.getHost().substring(1, uri.getHost().length() - 1)
                : uri.getHost();
        return new Route(secure, host, port, proxy(uri));
    }

    private static Optional<InetSocketAddress> proxy(URI uri) {
        List<Proxy> proxies = Optional.ofNullable(ProxySelector.getDefault())
                .map(selector -> selector.select(uri))
                .orElse(List.of());
        return proxies.stream()
                .findFirst()
                .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
                .map(proxy -> (InetSocketAddress) proxy.address())
                .map(address -> InetSocketAddress.createUnresolved(address.getHostString(), address.getPort()));
    }

    /** Whom a socket is connected to. */
    InetSocketAddress firstHop() {
        return proxy.orElseGet(() -> InetSocketAddress.createUnresolved(host, port));
    }

    /** For a log. */
    String describeFirstHop() {
        return (proxy.isPresent() ? "proxy " : "") + firstHop().getHostString() + ":"
                + firstHop().getPort();
    }

    /** A proxy is told in the request line where to go, unless it is to open a tunnel. */
    boolean namesTargetInFull() {
        return proxy.isPresent() && !secure;
    }

    /** As in a Host header field or a CONNECT request. */
    String authority(boolean withDefaultPort) {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        boolean isDefault = port == (secure ? 443 : 80);
        return isDefault && !withDefaultPort ? name : name + ":" + port;
    }
}
