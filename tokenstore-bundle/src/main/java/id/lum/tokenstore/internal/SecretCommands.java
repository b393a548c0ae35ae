package id.lum.tokenstore.internal;

import id.lum.hooks.LogSafe;
import id.lum.support.shell.ShellUser;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell commands {@code secrets:*}: which stores there are, and whether they answer; never what. While no
 * configuration is in force each throws {@link IllegalStateException}.
 */
public final class SecretCommands {
    /** The names under which Gogo looks for commands; no import is needed. */
    static final Dictionary<String, Object> NAMES = new Hashtable<>(Map.of(
            "osgi.command.scope", "secrets", "osgi.command.function", new String[] {"stores", "test", "recheck"}));

    private static final Logger LOG = LoggerFactory.getLogger(SecretCommands.class);

    private final StoreRegistry registry;
    private final SecretCache secrets;
    private final Reconciler reconciler;

    SecretCommands(StoreRegistry registry, SecretCache secrets, Reconciler reconciler) {
        this.registry = registry;
        this.secrets = secrets;
        this.reconciler = reconciler;
    }

    /** {@code secrets:stores}: one line for each store: its prefix, its bundle, and how it did. */
    public String stores() {
        reconciler.rules();
        List<String> lines = registry.describe();
        return lines.isEmpty() ? "There is no token store." : String.join(System.lineSeparator(), lines);
    }

    /**
     * {@code secrets:test 'VAULT://mount___key|name'}: asks the store now. The quotes keep the shell from reading what
     * is in the reference. Only what some rule allows is asked for. An interruption ends the wait for the store.
     */
    public String test(String reference) throws InterruptedException, ExecutionException {
        String answer;
        try {
            answer = test(reference, reconciler.rules());
        } catch (MalformedReference malformed) {
            answer = "The reference cannot be read: " + malformed.getMessage() + ".";
        }
        // The path may be a secret that was typed in the wrong place.
        LOG.info("{}: {} tested a reference: {}", TokenStoreSettings.PID, ShellUser.name(), answer);
        return answer;
    }

    private String test(String text, ResolutionRules rules) throws InterruptedException, ExecutionException {
        Grammar grammar = rules.grammar();
        List<Reference> references = grammar.references(text);
        if (references.size() != 1
                || references.get(0).start() != 0
                || references.get(0).end() != text.length()) {
            return "That is not one reference, such as FILE" + LogSafe.of(grammar.separator())
                    + "name, and nothing else; "
                    + (grammar.prefixes().isEmpty()
                            ? "no store and no rule is there that would know a prefix."
                            : "known are " + String.join(", ", new TreeSet<>(grammar.prefixes())) + ".");
        }
        SecretLocator locator = references.get(0).locator();
        if (!rules.allowed().permitsToAnybody(locator)) {
            return "No rule in allow permits this reference to any configuration.";
        }
        String provider = registry.provider(locator.prefix()).orElse("no bundle");
        StoreAnswer answer = registry.ask(locator).get();
        if (answer instanceof StoreAnswer.Failed failed) {
            return failed.sentence() + ".";
        }
        Substitution outcome = Substitution.of(text, references, Map.of(locator, ((StoreAnswer.Value) answer).text()));
        return locator.prefix() + " of " + provider + ": a value"
                + (outcome.failures().isEmpty()
                        ? " of " + outcome.text().length() + " characters."
                        : ", but " + String.join("; ", outcome.failures()) + ".");
    }

    /** {@code secrets:recheck}: asks the stores for every value again, soon. */
    public String recheck() {
        reconciler.rules();
        secrets.recheck();
        LOG.info("{}: {} had the stores asked again.", TokenStoreSettings.PID, ShellUser.name());
        return "The stores are asked again for " + secrets.size() + " values; secrets:stores tells how they did.";
    }
}
