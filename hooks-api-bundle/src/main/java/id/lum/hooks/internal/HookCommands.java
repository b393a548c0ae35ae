package id.lum.hooks.internal;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.Printable;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ShellUser;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.hooks.host.HostHooks;
import id.lum.hooks.lumilake.LumilakeHooks;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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
            "osgi.command.function=forget"
        })
public final class HookCommands {
    private static final Logger LOG = LoggerFactory.getLogger(HookCommands.class);

    /** Views come and go with their configurations. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<HostHooks<?>> views = List.of();

    private final BundleContext bundle;

    /** @param bundle knows the properties of the framework */
    @Activate
    public HookCommands(BundleContext bundle) {
        this.bundle = bundle;
    }

    /** {@code hooks:list}: the hooks of every host. */
    public String list() {
        return views.isEmpty()
                ? noView()
                : views.stream()
                        .sorted(Comparator.comparing(HostHooks::host))
                        .map(HookTable::of)
                        .collect(Collectors.joining(System.lineSeparator() + System.lineSeparator()));
    }

    /** {@code hooks:list HOST}: the hooks of a host, in the order in which they are asked. */
    public String list(String host) {
        return HookTable.of(view(host));
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
                            : these.stream().sorted().map(Printable::of).collect(Collectors.joining("\n")))
                    .orElse("every " + Printable.of(kind));
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

    /** {@code hooks:forget HOST NAME}: the hooks of this name that are missed are gone for good, required or not. */
    public String forget(String host, String name) {
        int forgotten = view(host) instanceof ComposedView<?> view ? view.forget(name) : 0;
        LOG.info(
                "{}: {} forgot {} missed hooks named {}.",
                Printable.of(host),
                ShellUser.name(),
                forgotten,
                Printable.of(name));
        return forgotten == 0 ? "no hook of this name is missed" : forgotten + " forgotten";
    }

    /**
     * {@code hooks:emit HOST $p ID COST}: a task of FlowMesh ended, or a job of Lumilake, which has no cost of its own.
     */
    public String emit(String host, PrincipalContext principal, String id, String cost) {
        HostHooks<?> view = view(host);
        if (view instanceof FlowmeshView flowmesh) {
            return emitted(
                    () -> flowmesh.deliver(List.of(task(known(principal), id, cost))), host, "task", id, principal);
        }
        throw new IllegalArgumentException(
                view instanceof LumilakeHooks
                        ? "A usage row of lumilake has no cost; write: hooks:emit lumilake $p JOB"
                        : "The usage rows of " + Printable.of(host)
                                + " are the host's own and cannot be typed in here.");
    }

    /** {@code hooks:emit lumilake $p JOB}: a job ended. */
    public String emit(String host, PrincipalContext principal, String id) {
        HostHooks<?> view = view(host);
        if (view instanceof LumilakeView lumilake) {
            return emitted(() -> lumilake.deliver(List.of(job(known(principal), id))), host, "job", id, principal);
        }
        throw new IllegalArgumentException(
                view instanceof FlowmeshHooks
                        ? "A usage row of flowmesh has a cost; write: hooks:emit flowmesh $p TASK COST"
                        : "The usage rows of " + Printable.of(host)
                                + " are the host's own and cannot be typed in here.");
    }

    private static id.lum.hooks.flowmesh.UsageRow task(PrincipalContext principal, String id, String cost) {
        BigDecimal price;
        try {
            price = new BigDecimal(cost);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("COST must be a decimal such as 1.25.", notANumber);
        }
        return new id.lum.hooks.flowmesh.UsageRow(
                principal.orgId(), principal.principalId(), Optional.empty(), Instant.now(), price, id, 0, 0, "DONE");
    }

    private static id.lum.hooks.lumilake.UsageRow job(PrincipalContext principal, String id) {
        Instant now = Instant.now();
        return new id.lum.hooks.lumilake.UsageRow(
                principal.orgId(),
                principal.principalId(),
                id,
                "DONE",
                now,
                Optional.empty(),
                Optional.of(now),
                OptionalDouble.empty(),
                List.of(),
                now);
    }

    private HostHooks<?> view(String host) {
        return views.stream()
                .filter(view -> view.host().equals(host))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        views.isEmpty()
                                ? noView()
                                : "No host " + Printable.of(host) + " has a view; there are "
                                        + views.stream()
                                                .map(HostHooks::host)
                                                .map(Printable::of)
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
        return "No host has a view. Give it one: a configuration " + HostSettings.PID + "~<name> with a property host.";
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
            Supplier<HookCalls.Told> delivery, String host, String unit, String id, PrincipalContext principal) {
        String answer;
        try {
            HookCalls.Told told = delivery.get();
            if (told.accepted() > 0) {
                answer = "yes";
            } else {
                answer = told.there() == 0 ? "no sink" : "no sink took it; the log says why";
            }
        } catch (HookRejection rejection) {
            answer = sentence(rejection);
        }
        return logged(host, "emitted", unit + " " + Printable.of(id) + " of", principal, answer);
    }

    private static String change(Runnable change, String host, String did, String what, PrincipalContext principal) {
        return logged(host, did, what, principal, answer(change));
    }

    /** What is changed by hand is logged with who did it, whatever came of it. */
    private static String logged(String host, String did, String what, PrincipalContext principal, String answer) {
        LOG.info(
                "{}: {} {} {} {}: {}",
                Printable.of(host),
                ShellUser.name(),
                did,
                what,
                Printable.of(principal.principalId()),
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
        return rejection.status() + " " + Printable.of(rejection.getMessage());
    }
}
