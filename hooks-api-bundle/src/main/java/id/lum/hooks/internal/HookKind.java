package id.lum.hooks.internal;

import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.ResourceRegistrar;
import id.lum.hooks.SubmissionGuard;
import id.lum.hooks.UsageSink;
import id.lum.hooks.flowmesh.SupplierResolver;
import id.lum.hooks.lumilake.OptimizerProvider;
import java.util.List;
import java.util.Optional;

/**
 * A kind of hook: the word that operators use and the interface that plugins implement.
 *
 * @param <H> the interface
 */
record HookKind<H>(String word, Class<?> type) {
    static final HookKind<IdentityProvider> IDENTITY = new HookKind<>("identity", IdentityProvider.class);
    static final HookKind<SubmissionGuard> GUARD = new HookKind<>("guard", SubmissionGuard.class);
    static final HookKind<PermissionChecker> PERMISSION = new HookKind<>("permission", PermissionChecker.class);
    static final HookKind<ResourceRegistrar> REGISTRAR = new HookKind<>("registrar", ResourceRegistrar.class);
    static final HookKind<UsageSink<Object>> USAGE = new HookKind<>("usage", UsageSink.class);
    static final HookKind<SupplierResolver> SUPPLIER = new HookKind<>("supplier", SupplierResolver.class);
    static final HookKind<OptimizerProvider> OPTIMIZER = new HookKind<>("optimizer", OptimizerProvider.class);

    /** In the order in which a request meets them. */
    static final List<HookKind<?>> ALL = List.of(IDENTITY, GUARD, PERMISSION, REGISTRAR, USAGE, SUPPLIER, OPTIMIZER);

    static Optional<HookKind<?>> ofWord(String word) {
        return ALL.stream().filter(kind -> kind.word.equals(word)).findFirst();
    }

    /**
     * A row type cannot be checked at run time: that a sink takes the rows of the host it serves is the host's
     * contract.
     */
    @SuppressWarnings("unchecked")
    H cast(Object service) {
        return (H) type.cast(service);
    }

    @Override
    public String toString() {
        return word;
    }
}
