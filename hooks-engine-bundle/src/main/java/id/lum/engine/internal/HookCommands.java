package id.lum.engine.internal;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.host.UsageRowParser;
import id.lum.support.shell.ShellUser;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell commands {@code hooks:*}: an operator asks a host's hooks by hand, through the composed view, as the host
 * does.
 *
 * <p>A principal is what {@code hooks:authenticate} gives, kept in a shell variable:
 *
 * <pre>{@code
 * bob = hooks:authenticate flowmesh
 * hooks:require flowmesh $bob workflow wf-1 read
 * }</pre>
 *
 * <p>A question answers {@code yes}, or the status and sentence of the rejection.
 */
@Component(
        service = HookCommands.class,
        property = {
            "osgi.command.scope=hooks",
            "osgi.command.function=list",
            "osgi.command.function=authenticate",
            "osgi.command.function=check",
            "osgi.command.function=require",
            "osgi.command.function=requirekind",
            "osgi.command.function=ids",
            "osgi.command.function=register",
            "osgi.command.function=deregister",
            "osgi.command.function=emit",
            "osgi.command.function=remove"
        })
public final class HookCommands {
    private static final Logger LOG = LoggerFactory.getLogger(HookCommands.class);

    /** Views come and go with their configurations. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<HostHooks<?>> views = List.of();

    /** They come and go with the bundles that know the rows of a host. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<UsageRowParser<?>> parsers = List.of();

    private final BundleContext bundle;
    private final UnaskedHooks unasked;

    /**
     * Commands for the views that come later.
     *
     * @param bundle knows the properties of the framework
     * @param unasked knows the hooks that belong to no view
     */
    @Activate
    public HookCommands(BundleContext bundle, @Reference UnaskedHooks unasked) {
        this.bundle = bundle;
        this.unasked = unasked;
    }

    /** {@code hooks:list}: the hooks of every host, and those that a host does not ask. */
    public String list() {
        // Read once: the last view may leave at any time.
        List<HostHooks<?>> present = views;
        String asked = present.isEmpty()
                ? noView()
                : present.stream()
                        .sorted(Comparator.comparing(HostHooks::host))
                        .map(HookTable::of)
                        .collect(Collectors.joining(System.lineSeparator() + System.lineSeparator()));
        return asked + HookTable.ofUnasked(unasked.now());
    }

    /**
     * {@code hooks:list HOST}: the hooks of a host, in the order in which they are asked, and those that a host does
     * not ask: one of them may be meant for this host.
     */
    public String list(String host) {
        return HookTable.of(view(host)) + HookTable.ofUnasked(unasked.now());
    }

    /** {@code p = hooks:authenticate HOST}: who a token belongs to; asks for the token. */
    public PrincipalContext authenticate(String host) throws IOException {
        HostHooks<?> view = view(host);
        return authenticated(view, TokenPrompt.ask());
    }

    /**
     * {@code p = hooks:authenticate HOST FILE}: who a token belongs to; the file is one in the folder of token files
     * and holds nothing else.
     */
    public PrincipalContext authenticate(String host, String file) throws IOException {
        HostHooks<?> view = view(host);
        return authenticated(view, TokenFolder.of(bundle::getProperty).read(file));
    }

    /** {@code hooks:check HOST $p}: may the principal submit now? */
    public String check(String host, PrincipalContext principal) {
        return answer(() -> view(host).checkSubmission(known(principal)));
    }

    /** {@code hooks:require HOST $p KIND ID ACTION}: may the principal do this to the resource? Claims nothing. */
    public String require(String host, PrincipalContext principal, String kind, String id, String action) {
        return askedWithoutClaim(host, principal, ResourceRef.of(kind, id), action);
    }

    private String askedWithoutClaim(String host, PrincipalContext principal, ResourceRef resource, String action) {
        if (!(view(host) instanceof ComposedView<?> view)) {
            return "cannot be asked: this view may claim what it is asked about";
        }
        return answer(() -> view.requiresClaim(known(principal), resource, action));
    }

    /**
     * {@code hooks:requirekind HOST $p KIND ACTION}: may the principal do this to the kind as a whole? Claims nothing.
     * A command of its own, so that a forgotten action is not taken for an answer.
     */
    public String requirekind(String host, PrincipalContext principal, String kind, String action) {
        return askedWithoutClaim(host, principal, ResourceRef.kindLevel(kind), action);
    }

    /** {@code hooks:ids HOST $p KIND ACTION}: which resources may the principal do this to? */
    public String ids(String host, PrincipalContext principal, String kind, String action) {
        try {
            AccessibleIds ids = view(host).accessibleIds(known(principal), kind, action);
            return ids.ids()
                    .map(these -> these.isEmpty()
                            ? "none"
                            : these.stream().sorted().map(LogSafe::of).collect(Collectors.joining("\n")))
                    .orElse("every " + LogSafe.of(kind));
        } catch (HookRejection rejection) {
            return sentence(rejection);
        }
    }

    /** {@code hooks:register HOST $p KIND ID}: the principal made this resource. */
    public String register(String host, PrincipalContext principal, String kind, String id) {
        ResourceRef resource = ResourceRef.of(kind, id);
        return change(
                () -> view(host).register(known(principal), resource),
                host,
                "registered",
                resource + " for",
                principal);
    }

    /** {@code hooks:deregister HOST $p KIND ID}: the resource was deleted for good. */
    public String deregister(String host, PrincipalContext principal, String kind, String id) {
        ResourceRef resource = ResourceRef.of(kind, id);
        return change(
                () -> view(host).deregister(known(principal), resource),
                host,
                "deregistered",
                resource + " as",
                principal);
    }

    /**
     * {@code hooks:remove HOST NAME}: the hooks of this name that are unavailable are gone for good, required or not.
     */
    public String remove(String host, String name) {
        int removed = view(host) instanceof ComposedView<?> view ? view.remove(name) : 0;
        LOG.info(
                "{}: {} removed {} unavailable hooks named {}.",
                LogSafe.of(host),
                ShellUser.name(),
                removed,
                LogSafe.of(name));
        return removed == 0 ? "no hook of this name is unavailable" : removed + " removed";
    }

    /** {@code hooks:emit HOST $p WORDS}: a unit of work has ended; which words there are, the host decides. */
    public String emit(String host, PrincipalContext principal, String... words) {
        if (!(view(host) instanceof ComposedView<?> view)) {
            throw new IllegalArgumentException("The view of " + LogSafe.of(host) + " is another bundle's.");
        }
        UsageRowParser<?> parser = parsers.stream()
                .filter(one -> one.host().equals(host))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "No bundle here makes usage rows of " + LogSafe.of(host) + " from typed words."));
        if (words.length != parser.words().split(" ").length) {
            throw new IllegalArgumentException("Write: hooks:emit " + host + " $p " + parser.words());
        }
        Object row = parser.parse(known(principal), List.of(words));
        return emitted(() -> view.deliver(List.of(row)), host, words[0], principal);
    }

    private HostHooks<?> view(String host) {
        List<HostHooks<?>> present = views;
        return present.stream()
                .filter(view -> view.host().equals(host))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        present.isEmpty()
                                ? noView()
                                : "No host " + LogSafe.of(host) + " has a view; there are "
                                        + present.stream()
                                                .map(HostHooks::host)
                                                .map(LogSafe::of)
                                                .sorted()
                                                .collect(Collectors.joining(", "))
                                        + "."));
    }

    /** What the shell passes for a variable that is not set. */
    private static PrincipalContext known(PrincipalContext principal) {
        return Optional.ofNullable(principal)
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no such principal; get one with: p = hooks:authenticate HOST"));
    }

    private static String noView() {
        return "No host has a view now. If its configuration is about to be delivered, as after a start of this bundle, ask "
                + "again in a moment. Otherwise give it one: a configuration " + HostViewConfiguration.PID
                + "~<name> with a property host. The log says if one was refused.";
    }

    private static PrincipalContext authenticated(HostHooks<?> view, String token) {
        try {
            return view.authenticate(token);
        } catch (HookRejection rejection) {
            // The shell shows the message of an exception, and the status belongs into it.
            throw new IllegalArgumentException(sentence(rejection), rejection);
        }
    }

    private static String emitted(
            Supplier<HookDispatcher.Delivery> emission, String host, String id, PrincipalContext principal) {
        String answer;
        try {
            HookDispatcher.Delivery delivery = emission.get();
            if (delivery.accepted() > delivery.discarding().size()) {
                answer = "yes";
            } else if (delivery.accepted() > 0) {
                answer = "accepted, but not kept by " + String.join(", ", delivery.discarding());
            } else {
                answer = delivery.hooks() == 0 ? "no sink" : "no sink took it; the log says why";
            }
        } catch (HookRejection rejection) {
            answer = sentence(rejection);
        }
        return logged(host, "emitted", "usage row " + LogSafe.of(id) + " of", principal, answer);
    }

    private static String change(Runnable change, String host, String did, String what, PrincipalContext principal) {
        return logged(host, did, what, principal, answer(change));
    }

    /** What is changed by hand is logged with who did it, whatever came of it. */
    private static String logged(String host, String did, String what, PrincipalContext principal, String answer) {
        LOG.info(
                "{}: {} {} {} {}: {}",
                LogSafe.of(host),
                ShellUser.name(),
                did,
                what,
                LogSafe.of(principal.principalId()),
                answer);
        return answer;
    }

    private static String answer(Runnable question) {
        try {
            question.run();
            return "yes";
        } catch (HookRejection rejection) {
            return sentence(rejection);
        }
    }

    private static String sentence(HookRejection rejection) {
        return rejection.status() + " " + LogSafe.of(rejection.getMessage());
    }
}
