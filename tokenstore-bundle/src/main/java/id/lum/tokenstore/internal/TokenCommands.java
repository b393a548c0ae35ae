package id.lum.tokenstore.internal;

import id.lum.hooks.Printable;
import id.lum.hooks.ShellUser;
import id.lum.tokenstore.internal.delivery.Terms;
import id.lum.tokenstore.internal.grammar.Address;
import id.lum.tokenstore.internal.grammar.MalformedReference;
import id.lum.tokenstore.internal.grammar.Reference;
import id.lum.tokenstore.internal.resolution.Fetched;
import id.lum.tokenstore.internal.resolution.Substitution;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shell commands {@code tokens:*}: which stores there are, and whether they answer; never what. */
public final class TokenCommands {
    static final String SCOPE = "tokens";
    static final List<String> FUNCTIONS = List.of("stores", "test", "recheck");

    private static final Logger LOG = LoggerFactory.getLogger(TokenCommands.class);

    private final Supplier<Optional<TokenStores>> stores;

    TokenCommands(Supplier<Optional<TokenStores>> stores) {
        this.stores = stores;
    }

    /** {@code tokens:stores}: one line for each store: its prefix, its bundle, and how it did. */
    public String stores() {
        List<String> lines = running().describe();
        return lines.isEmpty() ? "There is no token store." : String.join(System.lineSeparator(), lines);
    }

    /**
     * {@code tokens:test 'VAULT://mount___key|name'}: asks the store now. The quotes keep the shell from reading what
     * is in the reference. Only what some rule allows is asked for.
     */
    public String test(String reference) {
        TokenStores running = running();
        String answer;
        try {
            answer = test(reference, running);
        } catch (MalformedReference malformed) {
            answer = malformed.faults().get(0).sentence();
        }
        // The path may be a secret that was typed in the wrong place.
        LOG.info("{}: {} tested a reference: {}", TokenStoreSettings.PID, ShellUser.name(), answer);
        return answer;
    }

    private static String test(String text, TokenStores running) {
        Terms terms = running.terms();
        List<Reference> references = terms.grammar().references(text);
        if (references.size() != 1
                || references.get(0).start() != 0
                || references.get(0).end() != text.length()) {
            return "That is not one reference, such as FILE"
                    + Printable.of(terms.grammar().separator())
                    + "name, and nothing else; "
                    + (terms.grammar().prefixes().isEmpty()
                            ? "no store and no rule is there that would know a prefix."
                            : "known are "
                                    + String.join(
                                            ", ", new TreeSet<>(terms.grammar().prefixes())) + ".");
        }
        Address address = references.get(0).address();
        if (!terms.allowed().permitsToAnybody(address)) {
            return "No rule in " + TokenStoreSettings.ALLOW + " permits this reference to any configuration.";
        }
        String provider = running.calls().provider(address.prefix()).orElse("no bundle");
        Fetched outcome = running.calls().ask(Set.of(address)).get(address);
        if (outcome instanceof Fetched.Value value) {
            return address.prefix() + " of " + provider + ": " + found(text, references, value);
        }
        return ((Fetched.Failed) outcome).sentence() + ".";
    }

    private static String found(String text, List<Reference> references, Fetched.Value value) {
        Substitution outcome = Substitution.of(text, references, same -> Optional.of(value.text()));
        return outcome instanceof Substitution.Resolved resolved
                ? "a value of " + resolved.text().length() + " characters."
                : "a value, but "
                        + ((Substitution.Unresolved) outcome).failures().get(0).sentence() + ".";
    }

    /** {@code tokens:recheck}: asks the stores for every value again, soon. */
    public String recheck() {
        TokenStores running = running();
        running.references().recheck();
        String answer = "The stores are asked again for " + running.references().count()
                + " values; tokens:stores tells how they did.";
        LOG.info("{}: {} had the stores asked again.", TokenStoreSettings.PID, ShellUser.name());
        return answer;
    }

    private TokenStores running() {
        return stores.get()
                .orElseThrow(() -> new IllegalStateException("The configuration " + TokenStoreSettings.PID
                        + " was refused, as the log says; no reference is resolved."));
    }
}
