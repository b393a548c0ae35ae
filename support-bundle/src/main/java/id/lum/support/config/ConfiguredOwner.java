package id.lum.support.config;

import static java.util.Objects.requireNonNull;

import id.lum.support.config.SingletonConfiguration.Owner;
import id.lum.support.lifecycle.StopDeadline;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner of a configuration whose settings an annotation type declares. It reads them, warns of properties that
 * nobody reads, and puts them in force. If a value is refused, it logs every one that is, and what was in force stays.
 *
 * @param <C> the declaration of the settings
 * @param <S> the settings, checked
 */
public final class ConfiguredOwner<C, S> implements Owner {
    /** What an owner keeps after a refusal, for the log. */
    public static final String LAST_GOOD = "The last good configuration stays in force.";

    /**
     * What is configured. It logs nothing of a refusal, which is logged under the name of its class.
     *
     * @param <C> the declaration of the settings
     * @param <S> the settings, checked
     */
    public interface Target<C, S> extends Configured {
        /**
         * Reads the settings. This changes nothing of what is in force.
         *
         * @param settings the configuration; what is refused in it refuses all of it
         * @return the settings, which are put in force if nothing was refused
         * @throws SettingRefused if a value is refused without which there is nothing to return
         */
        S parse(DeclaredSettings<C> settings);

        /**
         * Puts settings in force. If this throws anything but a refusal, the delivery of the configuration calls it
         * again after a while.
         *
         * @param settings what {@link #parse} returned
         * @throws SettingRefused if what is in force elsewhere excludes a value, such as a name that is taken; nothing
         *     has changed then
         */
        void apply(S settings);

        /**
         * What there is after a refusal, for the log.
         *
         * @return a sentence: {@link #LAST_GOOD}, or what is missing while no configuration is in force
         */
        String afterRefusal();
    }

    private final Class<C> declaration;
    private final String pid;
    private final Target<C, S> target;
    private final Logger log;

    /**
     * An owner without a configuration.
     *
     * @param declaration the annotation type that declares the settings
     * @param pid the PID, that of the factory if there is one
     * @param target what is configured
     */
    public ConfiguredOwner(Class<C> declaration, String pid, Target<C, S> target) {
        this.declaration = requireNonNull(declaration, "declaration");
        this.pid = requireNonNull(pid, "pid");
        this.target = requireNonNull(target, "target");
        this.log = LoggerFactory.getLogger(target.getClass());
    }

    /**
     * An owner with its first configuration. If this throws, the target is closed.
     *
     * @param declaration the annotation type that declares the settings
     * @param pid the PID, that of the factory if there is one
     * @param target what is configured
     * @param properties the configuration
     * @param <C> the declaration of the settings
     * @param <S> the settings, checked
     * @return the owner
     */
    public static <C, S> ConfiguredOwner<C, S> open(
            Class<C> declaration, String pid, Target<C, S> target, Map<String, Object> properties) {
        ConfiguredOwner<C, S> owner = new ConfiguredOwner<>(declaration, pid, target);
        try {
            owner.apply(properties);
        } catch (RuntimeException | Error failed) {
            // The caller gets no object to close.
            target.close();
            throw failed;
        }
        return owner;
    }

    @Override
    public void apply(Map<String, Object> properties) {
        tryApply(properties);
    }

    /**
     * Puts a configuration in force, as {@link #apply} does.
     *
     * @param properties all of it
     * @return false if it was refused
     */
    public boolean tryApply(Map<String, Object> properties) {
        DeclaredSettings<C> text = DeclaredSettings.of(declaration, pid, properties);
        try {
            S settings = target.parse(text);
            text.throwIfRefused();
            text.warnings().forEach(log::warn);
            target.apply(settings);
            return true;
        } catch (SettingRefused refused) {
            log.error("{} {}", refused.getMessage(), target.afterRefusal());
            return false;
        }
    }

    @Override
    public void stopDuringChange(StopDeadline deadline) {
        target.stopDuringChange(deadline);
    }

    @Override
    public void close(StopDeadline deadline) {
        target.close(deadline);
    }
}
