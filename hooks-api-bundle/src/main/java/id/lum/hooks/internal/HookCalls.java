package id.lum.hooks.internal;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.HookRejection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the hooks of a kind one after another. A hook that has left before it answered is asked again through its
 * successor; those before it are not.
 *
 * @param secret what the question carries and no log line may show, if anything
 */
record HookCalls(LiveRoster roster, Optional<String> secret) {
    private static final Logger LOG = LoggerFactory.getLogger(HookCalls.class);

    HookCalls keepingSecret(String bearer) {
        return new HookCalls(roster, Optional.of(bearer).filter(text -> !text.isEmpty()));
    }

    /** The first answer there is; empty if no hook gave one. */
    <H, A> Optional<A> first(HookKind<H> kind, Function<H, Optional<A>> question) {
        Set<Object> settled = new HashSet<>();
        while (true) {
            Turn turn = roster.next(kind, settled);
            if (turn instanceof Turn.Ask asked) {
                try {
                    Optional<A> answer = ask(kind, asked, question);
                    settled.add(asked.slot().number());
                    if (answer.isPresent()) {
                        return answer;
                    }
                } catch (HasLeft left) {
                    roster.countAskedAgain();
                }
            } else if (turn instanceof Turn.GiveUp) {
                throw missing(kind);
            } else {
                return Optional.empty();
            }
        }
    }

    /** Asks every hook; the first that throws ends it. Returns how many there were. */
    <H> int every(HookKind<H> kind, Consumer<H> question) {
        int[] asked = {0};
        first(kind, hook -> {
            question.accept(hook);
            asked[0]++;
            return Optional.empty();
        });
        return asked[0];
    }

    /** Tells every hook, whatever the others do; afterwards a refusal or absence of a required one is a 503. */
    <H> void tell(HookKind<H> kind, Consumer<H> news) {
        Set<Object> settled = new HashSet<>();
        boolean failed = false;
        while (true) {
            Turn turn = roster.next(kind, settled);
            if (turn instanceof Turn.Ask asked) {
                try {
                    ask(kind, asked, hook -> {
                        news.accept(hook);
                        return Optional.empty();
                    });
                    settled.add(asked.slot().number());
                } catch (HasLeft left) {
                    roster.countAskedAgain();
                } catch (HookRejection rejection) {
                    LOG.warn(
                            "{}: {} refused with {}: {}",
                            roster.host(),
                            asked.slot().key(),
                            rejection.status(),
                            rejection.getMessage());
                    failed |= roster.settings().requires(asked.slot().key());
                    settled.add(asked.slot().number());
                }
            } else if (turn instanceof Turn.GiveUp gaveUp) {
                failed = true;
                settled.add(gaveUp.settles());
            } else if (failed) {
                throw missing(kind);
            } else {
                return;
            }
        }
    }

    private <H, A> Optional<A> ask(HookKind<H> kind, Turn.Ask asked, Function<H, Optional<A>> question) throws HasLeft {
        try {
            return requireNonNull(question.apply(kind.cast(asked.hook().service())), "the answer");
        } catch (HookRejection rejection) {
            if (rejection.isUnavailable() && roster.hasLeft(asked.hook())) {
                throw new HasLeft();
            }
            throw rejection;
        } catch (Exception | LinkageError failure) {
            // Linkage errors too: what a bundle throws whose classes were just replaced.
            if (roster.hasLeft(asked.hook())) {
                throw new HasLeft();
            }
            LOG.error("{}: {} failed: {}", roster.host(), asked.slot().key(), traceOf(failure));
            throw HookRejection.unavailable("The " + kind + " hook of this server failed.");
        }
    }

    private static HookRejection missing(HookKind<?> kind) {
        return HookRejection.unavailable("The " + kind + " hook of this server is unavailable; try again shortly.");
    }

    /** A foreign exception may quote what it was given, so the trace is searched for the secret before it is logged. */
    private String traceOf(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return secret.map(text -> trace.toString().replace(text, "<token>")).orElseGet(trace::toString);
    }

    /** The hook left before it answered: what it threw is no answer. */
    private static final class HasLeft extends Exception {
        private static final long serialVersionUID = 1L;

        HasLeft() {
            super("left", null, false, false);
        }
    }
}
