package id.lum.core.internal;

import id.lum.core.grants.Grant;
import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreControl;
import id.lum.core.grants.GrantStoreMetrics;
import id.lum.core.policy.Decision;
import id.lum.core.policy.Sharing;
import id.lum.hooks.LogSafe;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.support.shell.ShellUser;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shell commands {@code lumid:*} on grants: who holds what on which host, and why somebody may or may not. */
@Component(
        service = GrantCommands.class,
        property = {
            "osgi.command.scope=lumid",
            "osgi.command.function=grants",
            "osgi.command.function=share",
            "osgi.command.function=revoke",
            "osgi.command.function=explain",
            "osgi.command.function=store",
            "osgi.command.function=grantcacheclear"
        })
public final class GrantCommands {
    private static final Logger LOG = LoggerFactory.getLogger(GrantCommands.class);

    /** A few screens; more is asked for by principal or by resource. */
    private static final int LISTED = 200;

    /** Stores come and go with their adapters. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<Sharing> sharings = List.of();

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<GrantStoreControl> stores = List.of();

    /** {@code lumid:grants HOST}: the grants of a host. */
    public String grants(String host) {
        return listed(host, GrantFilter.ALL);
    }

    /** {@code lumid:grants HOST PRINCIPAL}: what a principal holds. */
    public String grants(String host, String principal) {
        return listed(host, new GrantFilter(Optional.empty(), Optional.empty(), Optional.of(principal)));
    }

    /** {@code lumid:grants HOST KIND ID}: who holds a resource. */
    public String grants(String host, String kind, String id) {
        return listed(host, new GrantFilter(Optional.of(kind), Optional.of(id), Optional.empty()));
    }

    /**
     * {@code lumid:share HOST KIND ID PRINCIPAL LEVEL}: grants a resource, in place of what the principal held on it.
     */
    public String share(String host, String kind, String id, String principal, String level) {
        ResourceRef resource = ResourceRef.of(kind, id);
        GrantLevel granted = Arrays.stream(GrantLevel.values())
                .filter(known -> known.name().equals(level.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("LEVEL must be read or write."));
        sharing(host).grant(resource, principal, granted);
        LOG.info("{}: {} granted {} on {} to {}.", host, ShellUser.name(), granted, resource, LogSafe.of(principal));
        return "granted";
    }

    /** {@code lumid:revoke HOST KIND ID PRINCIPAL}: takes away what a principal holds on a resource. */
    public String revoke(String host, String kind, String id, String principal) {
        ResourceRef resource = ResourceRef.of(kind, id);
        boolean held = sharing(host).revoke(resource, principal);
        String outcome = held ? "revoked" : "there was no such grant";
        LOG.info("{}: {} revoked {} from {}: {}.", host, ShellUser.name(), resource, LogSafe.of(principal), outcome);
        return outcome;
    }

    /** {@code lumid:explain HOST $p ACTION KIND}: why a principal may or may not, on a kind as a whole. */
    public String explain(String host, PrincipalContext principal, String action, String kind) {
        return explained(host, principal, action, ResourceRef.kindLevel(kind));
    }

    /**
     * {@code lumid:explain HOST $p ACTION KIND ID}: why a principal may or may not, on one resource. Claims nothing.
     */
    public String explain(String host, PrincipalContext principal, String action, String kind, String id) {
        return explained(host, principal, action, ResourceRef.of(kind, id));
    }

    /** {@code lumid:store HOST}: metrics of a host's store since it was opened. */
    public String store(String host) {
        GrantStoreControl store = storeOf(host);
        GrantStoreMetrics metrics = store.metrics();
        return String.format(
                Locale.ROOT,
                "reads answered from memory    %d%n"
                        + "reads answered by SQLite      %d%n"
                        + "answers in memory             %d, and %d sets of ids%n"
                        + "answers dropped               %d%n"
                        + "writes                        %d%n"
                        + "commits                       %d%n"
                        + "writes waiting                %d%n"
                        + "synchronous                   %s",
                metrics.hits(),
                metrics.misses(),
                metrics.cachedGrants(),
                metrics.cachedIdSets(),
                metrics.evictions(),
                metrics.writes(),
                metrics.commits(),
                metrics.queued(),
                store.synchronous());
    }

    /** {@code lumid:grantcacheclear HOST}: clears the cache of grants; the next answers come from the database. */
    public String grantcacheclear(String host) {
        storeOf(host).clearCache();
        LOG.info("{}: {} cleared the grant cache.", host, ShellUser.name());
        return "cleared";
    }

    private String listed(String host, GrantFilter filter) {
        List<Grant> grants = sharing(host).list(filter, LISTED + 1);
        if (grants.isEmpty()) {
            return "no grant";
        }
        String lines = grants.stream().limit(LISTED).map(GrantCommands::line).collect(Collectors.joining("\n"));
        return grants.size() > LISTED ? lines + "\nand more: name a principal, or a kind and an id" : lines;
    }

    private static String line(Grant grant) {
        return String.format(
                Locale.ROOT,
                "%s %s: %s %s, granted %s, last seen %s",
                LogSafe.of(grant.kind()),
                LogSafe.of(grant.id()),
                LogSafe.of(grant.principalId()),
                grant.level()
                        .map(GrantLevel::name)
                        .orElse("level " + LogSafe.of(grant.storedLevel()) + ", which opens nothing"),
                LogSafe.of(grant.grantedAt()),
                LogSafe.of(grant.lastSeenAt()));
    }

    private String explained(String host, PrincipalContext principal, String action, ResourceRef resource) {
        Decision decision = sharing(host).explain(principal, resource, action);
        return decision instanceof Decision.Denied denied
                ? "denied, " + denied.refusal() + ": " + denied.sentence()
                : "allowed, " + ((Decision.Allowed) decision).reason() + ": " + decision.sentence();
    }

    private Sharing sharing(String host) {
        return of(host, sharings, Sharing::host);
    }

    private GrantStoreControl storeOf(String host) {
        return of(host, stores, GrantStoreControl::host);
    }

    private static <T> T of(String host, List<T> services, Function<T, String> hostOf) {
        return services.stream()
                .filter(service -> hostOf.apply(service).equals(host))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no open grant store for host "
                        + LogSafe.of(host) + "; there are: "
                        + services.stream().map(hostOf).sorted().toList() + "."));
    }
}
