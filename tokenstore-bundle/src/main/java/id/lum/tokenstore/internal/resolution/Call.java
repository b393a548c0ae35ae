package id.lum.tokenstore.internal.resolution;

import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.tokenstore.internal.grammar.Address;
import java.util.Optional;

/** One question to one store: whom, what, and what came of it. */
final class Call {
    /** The longest value, in characters. */
    static final int VALUE_LIMIT = 1 << 20;

    private final Address address;
    private final Source source;
    private Optional<Fetched> outcome = Optional.empty();

    Call(Address address, Source source) {
        this.address = address;
        this.source = source;
    }

    Address address() {
        return address;
    }

    /** Whether both go to the very same store. */
    boolean sharesStoreWith(Call other) {
        return source == other.source;
    }

    /** Whether it is not settled what came of it. */
    synchronized boolean isOpen() {
        return outcome.isEmpty();
    }

    /** What came of it, which is settled. */
    synchronized Fetched outcome() {
        return outcome.orElseThrow();
    }

    /** Whoever settles it first decides what came of it. */
    synchronized void settle(Fetched settled) {
        if (outcome.isEmpty()) {
            outcome = Optional.of(settled);
        }
    }

    /** Nobody waits for an answer any longer. */
    void giveUp(String why) {
        settle(failed(Optional.empty(), why));
    }

    /** Asks the store, whatever it may throw. */
    Fetched ask() {
        try {
            return checked(Optional.ofNullable(source.value(address.path(), address.metadata())));
        } catch (TokenStoreException refusal) {
            return failed(Optional.of(refusal.reason()), source.words(refusal));
        } catch (Throwable failure) {
            return failed(
                    Optional.empty(),
                    "the store failed with " + failure.getClass().getName());
        }
    }

    private Fetched checked(Optional<String> answer) {
        String value = answer.orElse("");
        if (value.isEmpty()) {
            return failed(Optional.of(Reason.EMPTY_RESPONSE), Reason.EMPTY_RESPONSE.sentence());
        }
        return value.length() > VALUE_LIMIT
                ? failed(Optional.empty(), "the value is longer than " + VALUE_LIMIT + " characters")
                : new Fetched.Value(value);
    }

    private Fetched failed(Optional<Reason> reason, String sentence) {
        return new Fetched.Failed(reason, PathHash.name(address) + ": " + sentence);
    }
}
