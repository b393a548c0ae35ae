package id.lum.tokenstore.internal.delivery;

import id.lum.hooks.Printable;
import id.lum.tokenstore.internal.grammar.Address;
import id.lum.tokenstore.internal.grammar.MalformedReference;
import id.lum.tokenstore.internal.rules.Consumer;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationPlugin;

/**
 * Puts values into what ConfigAdmin delivers, where its rules allow it and the values are at hand. It asks nobody and
 * waits for nothing; what is missing stays as it is written, which owners of configurations refuse.
 */
final class ReferencePlugin implements ConfigurationPlugin {
    /**
     * Its place among the plugins of ConfigAdmin, which keeps what those from 0 to 1000 change: after Felix's
     * interpolation at 500, so that a placeholder inside a reference, or for one, is already replaced.
     *
     * <p>It names no {@code cm.target}: of an instance of a factory ConfigAdmin would look for the factory alone, and
     * of a PID that is targeted at a bundle for the whole of it. The rules are looked at first, and they are quick.
     */
    static final int RANKING = 600;

    private final ServiceReference<?> probe;
    private final String ownPid;
    private final Board board;
    private final News news;

    /** Whom the plugin tells what it noticed; takes it from any thread, and at once. */
    interface News {
        /** A configuration was seen. */
        void seen();

        /** Something is wrong with a configuration. */
        void complaint(String sentence);
    }

    /** @param probe a service that is not configured: in its name the plugin is only asked to look */
    ReferencePlugin(ServiceReference<?> probe, String ownPid, Board board, News news) {
        this.probe = probe;
        this.ownPid = ownPid;
        this.board = board;
        this.news = news;
    }

    /**
     * Without a service that is configured nobody is delivered anything. So it is with tools, such as Karaf's
     * {@code config:list}, that show what they see, and write it into a file if there is none yet.
     */
    @Override
    public void modifyConfiguration(ServiceReference<?> reference, Dictionary<String, Object> properties) {
        if (reference != null && properties.get(Constants.SERVICE_PID) instanceof String pid) {
            Consumer consumer = new Consumer(
                    pid, Optional.ofNullable((String) properties.get(ConfigurationAdmin.SERVICE_FACTORYPID)));
            Terms terms = board.terms();
            boolean isConcerned =
                    terms.allowed().names(consumer) || board.sightings().of(pid).isPresent();
            if (isConcerned && !consumer.isNamed(ownPid)) {
                resolve(consumer, terms, properties, probe.equals(reference));
            }
        }
    }

    private void resolve(Consumer consumer, Terms terms, Dictionary<String, Object> properties, boolean isProbe) {
        HeldValues values = board.values();
        Set<Set<Address>> groups = new HashSet<>();
        for (String property : Collections.list(properties.keys())) {
            String where = Printable.of(consumer.pid()) + ": " + Printable.of(property) + " ";
            try {
                ReferringValue.read(properties.get(property), terms.grammar()).ifPresent(value -> {
                    Set<Address> permitted = permitted(value, consumer, terms, where);
                    groups.addAll(grouped(permitted, terms.lax()));
                    if (!permitted.isEmpty()) {
                        Function<Address, Optional<String>> served =
                                address -> permitted.contains(address) ? values.at(address) : Optional.empty();
                        value.resolved(
                                        served,
                                        terms.lax(),
                                        why -> news.complaint(where + "stays as it is written, because " + why + "."))
                                .ifPresent(resolved -> properties.put(property, resolved));
                    }
                });
            } catch (MalformedReference malformed) {
                news.complaint(where + "stays as it is written, because it holds a reference that cannot be read: "
                        + malformed.faults().stream()
                                .map(fault ->
                                        "line " + fault.line() + ", column " + fault.column() + ": " + fault.sentence())
                                .collect(Collectors.joining("; "))
                        + ".");
            }
        }
        note(consumer.pid(), terms, groups, values, isProbe);
    }

    /** What may be served of a value: unless in lax mode, all of it or nothing. */
    private Set<Address> permitted(ReferringValue value, Consumer consumer, Terms terms, String where) {
        Set<Address> permitted = value.addresses().stream()
                .filter(address -> terms.allowed().permits(consumer, address))
                .collect(Collectors.toUnmodifiableSet());
        Set<Address> forbidden = new HashSet<>(value.addresses());
        forbidden.removeAll(permitted);
        if (forbidden.isEmpty()) {
            return permitted;
        }
        news.complaint(where + "stays as it is written, because no rule lets it refer to this value of "
                + forbidden.stream().map(Address::prefix).distinct().sorted().collect(Collectors.joining(", ")) + ".");
        return terms.lax() ? permitted : Set.of();
    }

    private static Set<Set<Address>> grouped(Set<Address> addresses, boolean lax) {
        if (lax) {
            return addresses.stream().map(Set::of).collect(Collectors.toUnmodifiableSet());
        }
        return addresses.isEmpty() ? Set.of() : Set.of(addresses);
    }

    /** Whoever changed the values meanwhile finds here that old ones were served. */
    private void note(String pid, Terms terms, Set<Set<Address>> groups, HeldValues values, boolean isProbe) {
        if (!groups.isEmpty() || board.sightings().of(pid).isPresent()) {
            if (isProbe) {
                board.sightings().probed(pid, Sighting.probed(terms, groups));
            } else {
                board.sightings().delivered(pid, Sighting.delivered(terms, groups, values));
            }
            news.seen();
        }
    }
}
