package id.lum.testing.contract;

import id.lum.hooks.HookRejection;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.SubmissionGuard;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

class BrokenIdentityTest extends BrokenHooks {
    private static final String TOKEN = "a-token-of-ann-93b0";
    private static final PrincipalContext ANN = Strangers.principal("ann");

    private static Optional<PrincipalContext> answer(String bearer) {
        return bearer.equals(TOKEN) ? Optional.of(ANN) : Optional.empty();
    }

    static class Sound extends IdentityProviderContract implements ClosableHook, IdentityOutage {
        protected boolean closed;

        @Override
        protected IdentityProvider provider() {
            return bearer -> {
                if (closed) {
                    throw HookRejection.unavailable("Closed.");
                }
                return answer(bearer);
            };
        }

        @Override
        public String knownBearer() {
            return TOKEN;
        }

        @Override
        protected PrincipalContext principal() {
            return ANN;
        }

        @Override
        public void closeResource() {
            closed = true;
        }

        @Override
        public IdentityProvider unreachable() {
            return bearer -> {
                throw HookRejection.unavailable("The identity service does not answer.");
            };
        }
    }

    abstract static class Broken extends Sound {
        private final IdentityProvider provider;

        Broken(IdentityProvider provider) {
            this.provider = provider;
        }

        @Override
        protected IdentityProvider provider() {
            return provider;
        }
    }

    @CaughtBy("anUnknownTokenIsNotClaimed")
    static class ClaimsEverybody extends Broken {
        ClaimsEverybody() {
            super(bearer -> Optional.of(ANN));
        }
    }

    @CaughtBy("anUnknownTokenIsNotClaimed")
    static class AnswersNull extends Broken {
        AnswersNull() {
            super(bearer -> answer(bearer).isPresent() ? answer(bearer) : null);
        }
    }

    @CaughtBy("anUnknownTokenIsNotClaimed")
    static class RefusesTokensOfOtherProviders extends Broken {
        RefusesTokensOfOtherProviders() {
            super(bearer -> Optional.of(answer(bearer).orElseThrow(() -> HookRejection.unauthorized("Unknown."))));
        }
    }

    @CaughtBy("anEmptyABlankAHugeAndANonsensicalTokenAreNotClaimedAndBreakNothing")
    static class BreaksOnBlank extends Broken {
        BreaksOnBlank() {
            super(bearer -> {
                if (bearer.isBlank()) {
                    throw new IllegalArgumentException("A token is needed.");
                }
                return answer(bearer);
            });
        }
    }

    @CaughtBy("theAbsenceOfATokenIsAFaultOfTheCaller")
    static class TakesNullForAStranger extends Broken {
        TakesNullForAStranger() {
            super(bearer -> bearer == null ? Optional.empty() : answer(bearer));
        }
    }

    @CaughtBy("noTokenReachesALogLineOrAnException")
    static class LogsTokens extends Broken {
        LogsTokens() {
            super(bearer -> {
                System.err.println("resolving " + bearer);
                return answer(bearer);
            });
        }
    }

    @CaughtBy("noTokenReachesALogLineOrAnException")
    static class QuotesTokens extends Broken {
        QuotesTokens() {
            super(bearer ->
                    Optional.of(answer(bearer).orElseThrow(() -> HookRejection.unauthorized("Unknown: " + bearer))));
        }
    }

    @CaughtBy("callersAtTheSameTimeGetTheSameAnswers")
    static class BearsOneCaller extends Sound {
        private final OneAtATime place = new OneAtATime();

        @Override
        protected IdentityProvider provider() {
            return bearer -> {
                place.enter();
                return answer(bearer);
            };
        }
    }

    @CaughtBy("onceItsResourceIsClosedTheHookThrowsAndAnswersNothing")
    static class AnswersWhenClosed extends Broken {
        AnswersWhenClosed() {
            super(BrokenIdentityTest::answer);
        }
    }

    @CaughtBy("onceItsResourceIsClosedTheHookThrowsAndAnswersNothing")
    static class SaysNoWhenClosed extends Sound {
        @Override
        protected IdentityProvider provider() {
            return bearer -> {
                if (closed) {
                    throw HookRejection.unauthorized("Unknown.");
                }
                return answer(bearer);
            };
        }
    }

    @CaughtBy("aProviderThatCannotTellRejectsWith503AndDoesNotSayNotMine")
    static class SaysNotMineDuringAnOutage extends Sound {
        @Override
        public IdentityProvider unreachable() {
            return bearer -> Optional.empty();
        }
    }

    static class SoundGuard extends SubmissionGuardContract {
        private final Set<String> blocked = new HashSet<>();

        @Override
        protected SubmissionGuard guardThatAdmits(PrincipalContext principal) {
            blocked.remove(principal.principalId());
            return this::check;
        }

        @Override
        protected SubmissionGuard guardThatRefuses(PrincipalContext principal) {
            blocked.add(principal.principalId());
            return this::check;
        }

        void check(PrincipalContext principal) {
            if (blocked.contains(principal.principalId())) {
                refuse(principal);
            }
        }

        void refuse(PrincipalContext principal) {
            throw HookRejection.forbidden("You are blocked.");
        }
    }

    @CaughtBy("whoMayNotSubmitIsRejectedEachTimeWithTheSameStatus")
    static class LetsEverybodySubmit extends SoundGuard {
        @Override
        void refuse(PrincipalContext principal) {}
    }

    @CaughtBy("whoMayNotSubmitIsRejectedEachTimeWithTheSameStatus")
    static class SaysUnknown extends SoundGuard {
        @Override
        void refuse(PrincipalContext principal) {
            throw HookRejection.unauthorized("Who are you?");
        }
    }

    @CaughtBy("whoMayNotSubmitIsRejectedEachTimeWithTheSameStatus")
    static class ThrowsSomethingElse extends SoundGuard {
        @Override
        void refuse(PrincipalContext principal) {
            throw new SecurityException("You are blocked.");
        }
    }

    @CaughtBy("whoMaySubmitMaySubmitAgain")
    static class AdmitsOnce extends SoundGuard {
        private boolean used;

        @Override
        void check(PrincipalContext principal) {
            if (used) {
                throw new HookRejection(429, "Once is enough.");
            }
            used = true;
        }
    }

    @CaughtBy("aPrincipalWithAnOddNameGetsASentenceOfOneLine")
    static class QuotesRawNames extends SoundGuard {
        @Override
        void refuse(PrincipalContext principal) {
            throw HookRejection.forbidden("Blocked: " + principal.principalId());
        }
    }

    @CaughtBy("callersAtTheSameTimeGetTheSameAnswers")
    static class BearsOneSubmitter extends SoundGuard {
        private final OneAtATime place = new OneAtATime();

        @Override
        void check(PrincipalContext principal) {
            place.enter();
            super.check(principal);
        }
    }
}
