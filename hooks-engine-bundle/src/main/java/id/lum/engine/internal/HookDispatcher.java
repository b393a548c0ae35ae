package id.lum.engine.internal;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import id.lum.hooks.host.HookKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the hooks of a kind one after another. A hook that has left before it answered is asked again through its
 * successor; those before it are not.
 *
 * @param secret whether the question carries what no log line may show
 */
record HookDispatcher(HookRegistry registry, boolean secret) {
    private static final Logger LOG = LoggerFactory.getLogger(HookDispatcher.class);

    /** In a row. Each departure brings a grace time of its own; a hook that flaps must not hold a caller for ever. */
    private static final int MAX_DEPARTURES = 16;

    /** The failures of a hook are logged at one pace, whatever they are: some causes are a stranger's choice. */
    private static final String FAILURE = "failure";

    HookDispatcher keepingSecret() {
        return new HookDispatcher(registry, true);
    }

    /**
     * The first answer there is; empty if no hook gave one. A hook that was asked, left before it answered and did not
     * come back within the grace time is a 503, required or not, unless another hook gives an answer: it might have
     * given one.
     */
    <H, A> Optional<A> first(HookKind<H> kind, Function<? super H, Optional<A>> question) {
        CallProgress progress = new CallProgress(kind);
        List<Optional<A>> answers = ask(progress, kind, (asked, hook) -> question.apply(hook), Optional::isPresent);
        Optional<A> last = answers.isEmpty() ? Optional.empty() : answers.get(answers.size() - 1);
        if (last.isEmpty() && progress.leftOneUnanswered()) {
            throw missing(kind);
        }
        return last;
    }

    /**
     * The answers of all hooks, in order; the first that throws ends it. A hook that was asked, left before it answered
     * and did not come back within the grace time is a 503, required or not: it might have said no.
     */
    <H, A> List<A> answers(HookKind<H> kind, Function<? super H, A> question) {
        return answers(kind, (asked, hook) -> question.apply(hook));
    }

    private <H, A> List<A> answers(HookKind<H> kind, HookQuestion<H, A> question) {
        CallProgress progress = new CallProgress(kind);
        List<A> answers = ask(progress, kind, question, answer -> false);
        if (progress.leftOneUnanswered()) {
            throw missing(kind);
        }
        return answers;
    }

    /**
     * Asks every hook as {@link #answers(HookKind, Function)} does.
     *
     * @return how many there were
     */
    <H> int every(HookKind<H> kind, Consumer<? super H> question) {
        return every(kind, (asked, hook) -> question.accept(hook));
    }

    /** Like {@link #every(HookKind, Consumer)}; the question learns which hook it is put to. */
    <H> int every(HookKind<H> kind, BiConsumer<NextStep.Ask, ? super H> question) {
        return answers(kind, (asked, hook) -> {
                    question.accept(asked, hook);
                    return true;
                })
                .size();
    }

    /** The answers, up to and including the first that is the last one needed. */
    private <H, A> List<A> ask(
            CallProgress progress, HookKind<H> kind, HookQuestion<H, A> question, Predicate<A> isLast) {
        List<A> answers = new ArrayList<>(2);
        while (true) {
            NextStep step = progress.next();
            if (step instanceof NextStep.Ask asked) {
                try {
                    A answer = ask(kind, asked, hook -> question.ask(asked, hook));
                    progress.answered(asked);
                    answers.add(answer);
                    if (isLast.test(answer)) {
                        return answers;
                    }
                } catch (HasLeft left) {
                    if (progress.leftTooOften(asked)) {
                        throw missing(kind);
                    }
                }
            } else if (step instanceof NextStep.GiveUp) {
                throw missing(kind);
            } else {
                return answers;
            }
        }
    }

    /** Asks a hook that has answered another question. If it has left since, its successor is awaited and asked. */
    <H> void askAgain(HookKind<H> kind, NextStep.Ask answered, Consumer<? super H> question) {
        HookPlace place = answered.entry().place();
        CallProgress progress = new CallProgress(kind);
        NextStep step = answered;
        while (step instanceof NextStep.Ask asked) {
            try {
                call(kind, asked, question);
                return;
            } catch (HasLeft left) {
                if (progress.leftTooOften(asked)) {
                    throw missing(kind);
                }
            }
            step = registry.next(kind.id(), other -> !other.equals(place));
        }
        throw missing(kind);
    }

    /**
     * Calls every hook, also after one has refused, or has left too often. Afterwards a refusal or absence of a
     * required one is a 503. One that was called and left before it answered counts as required if it was so when it
     * was called.
     *
     * @return how many hooks were called, how many accepted, and which of those kept nothing
     */
    <H> Delivery deliver(HookKind<H> kind, Consumer<H> call) {
        CallProgress progress = new CallProgress(kind);
        boolean failed = false;
        int accepted = 0;
        int refused = 0;
        List<String> discarding = new ArrayList<>();
        while (true) {
            NextStep step = progress.next();
            if (step instanceof NextStep.Ask asked) {
                try {
                    call(kind, asked, call);
                    progress.answered(asked);
                    accepted++;
                    asked.hook()
                            .discards()
                            .ifPresent(why -> discarding.add(asked.entry().key() + " (" + LogSafe.of(why) + ")"));
                } catch (HasLeft left) {
                    if (progress.leftTooOften(asked)) {
                        logLeftTooOften(asked);
                        progress.passOver(asked.entry().place());
                    }
                } catch (HookRejection rejection) {
                    logRefusal(asked, rejection);
                    refused++;
                    failed |= asked.entry().isRequired(registry.settings());
                    progress.answered(asked);
                }
            } else if (step instanceof NextStep.GiveUp gaveUp) {
                failed = true;
                progress.passOver(gaveUp.place());
            } else if (failed || progress.leftARequiredOneUnanswered()) {
                throw missing(kind);
            } else {
                return new Delivery(accepted + refused, accepted, List.copyOf(discarding));
            }
        }
    }

    private <H> void call(HookKind<H> kind, NextStep.Ask asked, Consumer<? super H> call) throws HasLeft {
        ask(kind, asked, hook -> {
            call.accept(hook);
            return true;
        });
    }

    private <H, A> A ask(HookKind<H> kind, NextStep.Ask asked, Function<? super H, A> question) throws HasLeft {
        CallsUnderWay.Period begun = asked.hook().calls().begin();
        try {
            A answer =
                    requireNonNull(question.apply(kind.type().cast(asked.hook().service())), "the answer");
            if (asked.hook().failures().isFailing()) {
                logRecovery(asked);
            }
            return answer;
        } catch (HookRejection rejection) {
            if (rejection.isUnavailable() && registry.markUnavailableIfUnregistered(asked.hook())) {
                throw new HasLeft();
            }
            throw rejection;
        } catch (Throwable failure) {
            // Errors too: a bundle whose classes were just replaced throws them, and none may pass for an answer.
            if (registry.markUnavailableIfUnregistered(asked.hook())) {
                throw new HasLeft();
            }
            logFailure(asked, failure);
            throw HookRejection.unavailable("The " + kind + " hook of this server failed.");
        } finally {
            asked.hook().calls().end(begun);
        }
    }

    private static HookRejection missing(HookKind<?> kind) {
        return HookRejection.unavailable("The " + kind + " hook of this server is unavailable; try again shortly.");
    }

    private void logFailure(NextStep.Ask asked, Throwable failure) {
        asked.hook()
                .failures()
                .failed(FAILURE, registry.now())
                .ifPresent(line -> LOG.error(
                        "{}: {} failed{}:{}",
                        registry.label(),
                        asked.entry().key(),
                        times(line.unlogged()),
                        failure instanceof RegisteredHook.NotMade notMade
                                ? " " + notMade.getMessage() + "."
                                : FailureTrace.of(failure, !secret)));
    }

    private void logRefusal(NextStep.Ask asked, HookRejection rejection) {
        asked.hook()
                .failures()
                .failed(FAILURE, registry.now())
                .ifPresent(line -> LOG.warn(
                        "{}: {} refused with {}{}: {}",
                        registry.label(),
                        asked.entry().key(),
                        rejection.status(),
                        times(line.unlogged()),
                        LogSafe.of(rejection.getMessage())));
    }

    private void logLeftTooOften(NextStep.Ask asked) {
        LOG.warn(
                "{}: {} has left {} times during one call, and is not called again in it. Look above for why its bundle or "
                        + "component does not stay.",
                registry.label(),
                asked.entry().key(),
                MAX_DEPARTURES);
    }

    private void logRecovery(NextStep.Ask asked) {
        asked.hook()
                .failures()
                .succeeded(registry.now())
                .ifPresent(line -> LOG.info(
                        "{}: {} answers again{}.",
                        registry.label(),
                        asked.entry().key(),
                        times(line.unlogged())));
    }

    private static String times(long unlogged) {
        return unlogged == 0 ? "" : " (" + unlogged + " more failures were not logged)";
    }

    /** What a call asks one hook. */
    private interface HookQuestion<H, A> {
        A ask(NextStep.Ask asked, H hook);
    }

    /**
     * How far one call has come with the hooks of a kind. As a rule none is missing and nothing changes meanwhile, and
     * then they are asked one after the other without another look at the rules.
     */
    private final class CallProgress {
        private final HookKind<?> kind;
        private final List<NextStep.Ask> complete;
        // Of those, from the first.
        private int answered;
        private boolean changed;
        // Both are of use once something has changed. A list: a kind has few hooks.
        private List<HookPlace> passed = List.of();
        // Of hooks that have left: whether one of them at this place was required.
        private Map<HookPlace, Boolean> unanswered = Map.of();
        // Since a hook has answered or was passed over.
        private int departures;

        CallProgress(HookKind<?> kind) {
            this.kind = kind;
            this.complete = registry.complete(kind.id());
            if (complete.isEmpty()) {
                goByTheRules();
            }
        }

        NextStep next() {
            if (!changed && registry.complete(kind.id()) == complete) {
                return answered < complete.size() ? complete.get(answered) : NextStep.DONE;
            }
            goByTheRules();
            return registry.next(kind.id(), passed::contains);
        }

        private void goByTheRules() {
            if (!changed) {
                changed = true;
                passed = new ArrayList<>();
                unanswered = new HashMap<>();
                complete.subList(0, answered)
                        .forEach(asked -> passed.add(asked.entry().place()));
            }
        }

        void answered(NextStep.Ask asked) {
            if (changed) {
                passed.add(asked.entry().place());
                unanswered.remove(asked.entry().place());
            } else {
                answered++;
            }
            departures = 0;
        }

        void passOver(HookPlace place) {
            passed.add(place);
            departures = 0;
        }

        /** The hook has left before it answered. Returns whether it is not to be awaited and asked again. */
        boolean leftTooOften(NextStep.Ask asked) {
            // The list may still hold it for a moment.
            goByTheRules();
            unanswered.merge(asked.entry().place(), asked.entry().isRequired(registry.settings()), Boolean::logicalOr);
            departures++;
            if (departures == MAX_DEPARTURES) {
                return true;
            }
            registry.countAskedAgain();
            return false;
        }

        boolean leftOneUnanswered() {
            return !unanswered.isEmpty();
        }

        boolean leftARequiredOneUnanswered() {
            return unanswered.containsValue(true);
        }
    }

    /**
     * The outcome of a delivery to every hook.
     *
     * @param hooks how many hooks were called
     * @param accepted how many of them threw nothing
     * @param discarding which of those say that they keep nothing now, and why, fit for a log
     */
    record Delivery(int hooks, int accepted, List<String> discarding) {}

    /** The hook left before it answered: what it threw is no answer. */
    private static final class HasLeft extends Exception {
        private static final long serialVersionUID = 1L;

        HasLeft() {
            super("left", null, false, false);
        }
    }
}
