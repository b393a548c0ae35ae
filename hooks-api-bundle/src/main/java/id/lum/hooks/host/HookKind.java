package id.lum.hooks.host;

import java.util.Objects;

/**
 * A kind of hook that a host brings itself, besides the five that every host has ({@code identity}, {@code guard},
 * {@code permission}, {@code registrar} and {@code usage}).
 *
 * <p>The bundle that contains the interface declares the kind in its manifest, so that operators can require it and see
 * it in {@code hooks:list}:
 *
 * <pre>{@code
 * @Capability(namespace = HookKind.NAMESPACE, name = "courier", attribute = "type=com.example.Courier")
 * public interface Courier { ... }
 * }</pre>
 *
 * <p>The host asks it through {@link HostHooks#first} and {@link HostHooks#every}.
 *
 * @param id what operators call it, unlike any other kind's id in the container
 * @param type the interface that plugins register as a service
 * @param <H> the interface
 */
public record HookKind<H>(String id, Class<H> type) {
    /** The namespace of the capability that declares a kind. Its attribute {@code type} names the interface. */
    public static final String NAMESPACE = "id.lum.hooks.kind";

    /** Takes the id and the interface as they are. */
    public HookKind {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(type, "type");
    }

    @Override
    public String toString() {
        return id;
    }
}
