package id.lum.testing.contract;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PermissionChecker;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ReconcileResult;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.ResourceRegistrar;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

class BrokenOwnershipTest extends BrokenHooks {

    abstract static class Checker extends PermissionCheckerContract implements ClosableHook, ClaimContract {
        private final MemoryPlugin plugin;

        Checker(MemoryPlugin plugin) {
            this.plugin = plugin;
        }

        @Override
        protected PermissionChecker checker() {
            return plugin;
        }

        @Override
        public PermissionChecker claimingChecker() {
            return plugin;
        }

        @Override
        public String claimableKind() {
            return MemoryPlugin.CLAIMABLE;
        }

        @Override
        protected void own(PrincipalContext owner, ResourceRef resource) {
            plugin.register(owner, resource);
        }

        @Override
        protected String kind() {
            return "job";
        }

        @Override
        public void closeResource() {
            plugin.closed = true;
        }
    }

    static class SoundChecker extends Checker {
        SoundChecker() {
            super(new MemoryPlugin());
        }
    }

    @CaughtBy("anIdIsListedExactlyWhenItIsAllowed")
    static class ListsEverything extends Checker {
        ListsEverything() {
            super(new MemoryPlugin() {
                @Override
                public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
                    return AccessibleIds.all();
                }
            });
        }
    }

    @CaughtBy("exactlyTheOwnedIdsAreListed")
    static class TakesNoneForAll extends Checker {
        TakesNoneForAll() {
            super(new MemoryPlugin() {
                @Override
                public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
                    AccessibleIds ids = super.accessibleIds(principal, kind, action);
                    return ids.ids().orElseThrow().isEmpty() ? AccessibleIds.all() : ids;
                }
            });
        }
    }

    @CaughtBy("anIdIsListedExactlyWhenItIsAllowed")
    static class IgnoresCase extends Checker {
        IgnoresCase() {
            super(new MemoryPlugin() {
                @Override
                protected boolean isAllowed(PrincipalContext principal, ResourceRef resource) {
                    return super.isAllowed(principal, resource)
                            || resource.id().isPresent()
                                    && super.isAllowed(
                                            principal,
                                            ResourceRef.of(
                                                    resource.kind(),
                                                    resource.id().get().toLowerCase(Locale.ROOT)));
                }
            });
        }
    }

    @CaughtBy("aQuestionChangesNothing")
    static class GivesWhatIsAskedFor extends Checker {
        GivesWhatIsAskedFor() {
            super(new MemoryPlugin() {
                @Override
                protected HookRejection refusal(PrincipalContext principal, ResourceRef resource) {
                    register(principal, resource);
                    return super.refusal(principal, resource);
                }
            });
        }
    }

    @CaughtBy("anOwnerMayAndAStrangerMayNot")
    static class SaysNotFound extends Checker {
        SaysNotFound() {
            super(new MemoryPlugin() {
                @Override
                protected HookRejection refusal(PrincipalContext principal, ResourceRef resource) {
                    return new HookRejection(404, "There is no such resource.");
                }
            });
        }
    }

    @CaughtBy("aMissingIdIsNotAnEmptyOne")
    static class TakesAnEmptyIdForNone extends Checker {
        TakesAnEmptyIdForNone() {
            super(new MemoryPlugin() {
                @Override
                protected boolean isAllowed(PrincipalContext principal, ResourceRef resource) {
                    return super.isAllowed(
                            principal,
                            ResourceRef.of(resource.kind(), resource.id().orElse("")));
                }
            });
        }
    }

    @CaughtBy("aRefusalOfAnOddNameIsASentenceOfOneLine")
    static class QuotesRawIds extends Checker {
        QuotesRawIds() {
            super(new MemoryPlugin() {
                @Override
                protected HookRejection refusal(PrincipalContext principal, ResourceRef resource) {
                    return HookRejection.forbidden("Not yours: " + resource.id());
                }
            });
        }
    }

    @CaughtBy("requiresClaimAnswersAsRequireDoes")
    static class WantsAClaimOfOwners extends Checker {
        WantsAClaimOfOwners() {
            super(new MemoryPlugin() {
                @Override
                public boolean requiresClaim(PrincipalContext principal, ResourceRef resource, String action) {
                    super.requiresClaim(principal, resource, action);
                    return true;
                }
            });
        }
    }

    @CaughtBy("onceItsResourceIsClosedTheHookThrowsAndAnswersNothing")
    static class ListsNothingWhenClosed extends Checker {
        ListsNothingWhenClosed() {
            super(new MemoryPlugin() {
                @Override
                public AccessibleIds accessibleIds(PrincipalContext principal, String kind, String action) {
                    return closed ? AccessibleIds.only(Set.of()) : super.accessibleIds(principal, kind, action);
                }
            });
        }
    }

    @CaughtBy("whoClaimsFirstHoldsTheResource")
    static class GivesNoReceipts extends Checker {
        GivesNoReceipts() {
            super(new MemoryPlugin() {
                @Override
                public Optional<String> claim(PrincipalContext principal, ResourceRef resource, String action) {
                    super.claim(principal, resource, action);
                    return Optional.empty();
                }
            });
        }
    }

    @CaughtBy("aClaimThatIsUndoneIsOpenToOthersHoweverOftenItIsUndone")
    static class UndoesTheClaimsOfOthers extends Checker {
        UndoesTheClaimsOfOthers() {
            super(new MemoryPlugin() {
                @Override
                public void undoClaim(PrincipalContext principal, ResourceRef resource, String receipt) {
                    owners.remove(key(resource));
                }
            });
        }
    }

    @CaughtBy("aClaimableResourceIsAllowedAndStaysUnclaimed")
    static class ClaimsWhenAsked extends Checker {
        ClaimsWhenAsked() {
            super(new MemoryPlugin() {
                @Override
                public boolean requiresClaim(PrincipalContext principal, ResourceRef resource, String action) {
                    boolean free = super.requiresClaim(principal, resource, action);
                    if (free) {
                        register(principal, resource);
                    }
                    return free;
                }
            });
        }
    }

    abstract static class Registrar extends ResourceRegistrarContract implements ClosableHook {
        private final MemoryPlugin plugin;

        Registrar(MemoryPlugin plugin) {
            this.plugin = plugin;
        }

        @Override
        protected ResourceRegistrar registrar() {
            return plugin;
        }

        @Override
        protected PermissionChecker checker() {
            return plugin;
        }

        @Override
        protected String kind() {
            return "job";
        }

        @Override
        public void closeResource() {
            plugin.closed = true;
        }
    }

    static class SoundRegistrar extends Registrar {
        SoundRegistrar() {
            super(new MemoryPlugin());
        }
    }

    @CaughtBy("whoRegistersAResourceOwnsItAtOnceHoweverOftenItIsRegistered")
    static class RegistersOnce extends Registrar {
        RegistersOnce() {
            super(new MemoryPlugin() {
                @Override
                public void register(PrincipalContext principal, ResourceRef resource) {
                    if (owners.containsKey(key(resource))) {
                        throw new HookRejection(409, "It is registered.");
                    }
                    super.register(principal, resource);
                }
            });
        }
    }

    @CaughtBy("onADeregisteredResourceNobodyHasRightsWhoeverDeregistersIt")
    static class LetsOwnersAloneDeregister extends Registrar {
        LetsOwnersAloneDeregister() {
            super(new MemoryPlugin() {
                @Override
                public void deregister(PrincipalContext principal, ResourceRef resource) {
                    owners.remove(key(resource), principal.principalId());
                }
            });
        }
    }

    @CaughtBy("aResourceThatNobodyRegisteredCanBeDeregistered")
    static class MissesWhatWasNeverThere extends Registrar {
        MissesWhatWasNeverThere() {
            super(new MemoryPlugin() {
                @Override
                public void deregister(PrincipalContext principal, ResourceRef resource) {
                    if (owners.remove(key(resource)) == null) {
                        throw new HookRejection(404, "There is no such resource.");
                    }
                }
            });
        }
    }

    @CaughtBy("aKindAsAWholeIsNeitherRegisteredNorDeregistered")
    static class DeregistersWholeKinds extends Registrar {
        DeregistersWholeKinds() {
            super(new MemoryPlugin() {
                @Override
                public void deregister(PrincipalContext principal, ResourceRef resource) {
                    owners.keySet()
                            .removeIf(owned -> resource.isKindLevel()
                                    ? owned.kind().equals(resource.kind())
                                    : owned.equals(key(resource)));
                }
            });
        }
    }

    @CaughtBy("whatWasRegisteredInThisProcessOutlivesEveryReconcile")
    static class SweepsWhatIsNewerThanTheList extends Registrar {
        SweepsWhatIsNewerThanTheList() {
            super(new MemoryPlugin() {
                @Override
                public ReconcileResult reconcile(Collection<ResourceRef> live) {
                    owners.keySet()
                            .retainAll(live.stream().map(MemoryPlugin::key).collect(Collectors.toSet()));
                    return ReconcileResult.NOTHING;
                }
            });
        }
    }

    @CaughtBy("anOddIdIsOwnedAndLostLikeAnyOther")
    static class TrimsIds extends Registrar {
        TrimsIds() {
            super(new MemoryPlugin() {
                @Override
                public void register(PrincipalContext principal, ResourceRef resource) {
                    super.register(
                            principal,
                            resource.id()
                                    .map(id -> ResourceRef.of(resource.kind(), id.trim()))
                                    .orElse(resource));
                }
            });
        }
    }

    @CaughtBy("absentArgumentsAreAFaultOfTheCaller")
    static class ReconcilesNothing extends Registrar {
        ReconcilesNothing() {
            super(new MemoryPlugin() {
                @Override
                public ReconcileResult reconcile(Collection<ResourceRef> live) {
                    return ReconcileResult.NOTHING;
                }
            });
        }
    }

    @CaughtBy("onceItsResourceIsClosedTheHookThrowsAndAnswersNothing")
    static class ReconcilesWhenClosed extends Registrar {
        ReconcilesWhenClosed() {
            super(new MemoryPlugin() {
                @Override
                public ReconcileResult reconcile(Collection<ResourceRef> live) {
                    return new ReconcileResult(live.size(), 0);
                }
            });
        }
    }
}
