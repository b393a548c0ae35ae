package id.lum.core.adapter;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.Hook;
import java.util.Map;
import org.osgi.framework.Constants;

/**
 * The service properties that the hooks of an adapter have in common.
 *
 * @param host the host that the hooks serve
 * @param name the name of each of them
 * @param ranking the service ranking
 */
public record HookProperties(String host, String name, int ranking) {

    public HookProperties {
        requireNonNull(host, "host");
        requireNonNull(name, "name");
    }

    /**
     * As the service registry has them.
     *
     * @return {@code hook.host}, {@code hook.name} and {@code service.ranking}
     */
    public Map<String, Object> toMap() {
        return Map.of(Hook.HOST, host, Hook.NAME, name, Constants.SERVICE_RANKING, ranking);
    }
}
