package id.lum.hooks.internal;

import id.lum.hooks.HookRejection;
import id.lum.hooks.Printable;
import id.lum.hooks.lumilake.LumilakeHooks;
import id.lum.hooks.lumilake.OptimizerHandle;
import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.hooks.lumilake.Schedule;
import id.lum.hooks.lumilake.ScheduleRequest;
import id.lum.hooks.lumilake.UsageRow;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The composed view with Lumilake's own hook, the optimizers. */
final class LumilakeView extends ComposedView<UsageRow> implements LumilakeHooks {
    LumilakeView(LiveRoster roster) {
        super(roster);
    }

    @Override
    public Set<String> optimizers() {
        // A sorted set keeps the element it has when an equal one comes, so the first spelling wins.
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        calls().every(HookKind.OPTIMIZER, provider -> names.addAll(List.copyOf(provider.names())));
        return Collections.unmodifiableSet(names);
    }

    @Override
    public OptimizerHandle optimizer(String name) {
        // The first that offers the name settles it; whether those after it are well is of no interest.
        calls().first(HookKind.OPTIMIZER, provider -> Optional.of(name).filter(wanted -> offers(provider, wanted)))
                .orElseThrow(() -> unknown(name));
        return new Handle(this, name);
    }

    private Schedule schedule(String name, ScheduleRequest request, String bearer) {
        // Asked as one question: a provider that leaves between its catalog and its plan is asked for both again.
        return calls().keepingSecret()
                .first(
                        HookKind.OPTIMIZER,
                        provider -> offers(provider, name)
                                ? Optional.of(provider.create(name).schedule(request, bearer))
                                : Optional.empty())
                .orElseThrow(() -> unknown(name));
    }

    private static boolean offers(OptimizerProvider provider, String name) {
        return provider.names().stream().anyMatch(name::equalsIgnoreCase);
    }

    private HookRejection unknown(String name) {
        Set<String> names = optimizers();
        String offered = names.isEmpty() ? "none" : Printable.of(String.join(", ", names));
        return new HookRejection(400, "Unknown optimizer " + Printable.of(name) + "; on offer: " + offered + ".");
    }

    private record Handle(LumilakeView view, String name) implements OptimizerHandle {
        @Override
        public Schedule schedule(ScheduleRequest request, String bearer) {
            return view.schedule(name, request, bearer);
        }
    }
}
