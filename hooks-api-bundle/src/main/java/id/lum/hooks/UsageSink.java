package id.lum.hooks;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes what a unit of work cost.
 *
 * <p>Every sink is called, whatever the others do. A sink that returns has taken the rows over, durably if it promises
 * durability; the host keeps them only if a required sink rejects them: one that the configuration of the view
 * requires, or one that is {@link Hook#required() required} by its own service property. A sink that keeps nothing for
 * now, because it is switched off, says so in its service property {@link Hook#DISCARDS}.
 *
 * @param <R> the usage row of the host: {@code id.lum.hooks.flowmesh.UsageRow}, {@code id.lum.hooks.lumilake.UsageRow},
 *     or a host's own type
 */
@FunctionalInterface
@ConsumerType
public interface UsageSink<R> {

    /**
     * Takes rows over. Safe to repeat: the same unit of work emitted twice counts once. A row type of a host's own
     * therefore has an id, or equals a row that says the same.
     *
     * @param rows an immutable list, in the order of the work
     * @throws HookRejection if the rows were not taken; the sink keeps none of them then
     */
    void emit(List<R> rows);
}
