package id.lum.support.http;

import id.lum.hooks.LogSafe;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/** What a log may show of a text that a server sent: the first 200 characters, escaped, without what is secret. */
public final class Redaction {
    /** More is not searched for secrets, and so not shown. In characters. */
    private static final int SEARCHED = 4 * LogSafe.LIMIT;

    private static final Pattern CUT_WORD = Pattern.compile("\\S++$");

    private record Rule(Pattern pattern, String instead) {}

    // Every repetition is bounded or possessive: the text comes from a stranger.
    private static final List<Rule> RULES = List.of(
            new Rule(Pattern.compile("(?i)\\b(bearer|basic)(\\s|%20|\\+)++[^\\s\"'<>,]++"), "$1 <token>"),
            new Rule(Pattern.compile("(?i)\\b(lm_[a-z]{1,8}_|eyJ)[\\w.~+/=%\\\\-]*+"), "<token>"),
            new Rule(
                    Pattern.compile("(?i)[\\p{L}\\p{N}_.!#$%&'*+/=?^`{|}~;\\\\-]{1,192}"
                            + "(@|%(?:25)*+40|\\\\u0040|&(?:amp;)*+#0*+64;|&(?:amp;)*+#x0*+40;|&commat;)"
                            + "(\\[[\\w.:]{1,64}+|[\\p{L}\\p{N}_.\\\\-]{1,255})"),
                    "<e-mail>"),
            // A UUID and a trace id are shorter, and worth having.
            new Rule(Pattern.compile("[\\w.~+/=%\\\\-]{40,}+"), "<long word>"));

    private Redaction() {}

    /**
     * The beginning of a text, fit for a log.
     *
     * @param text what a server sent
     * @param secrets what must not be shown in any encoding that a server may quote it in
     * @return one line: the first 200 characters, escaped
     */
    public static String of(String text, Collection<String> secrets) {
        String shown = withoutSecrets(text, secrets);
        for (Rule rule : RULES) {
            shown = rule.pattern().matcher(shown).replaceAll(rule.instead());
        }
        return LogSafe.of(shown);
    }

    /**
     * Why an exchange failed, fit for a log: a message may quote what the server sent.
     *
     * @param failure what it failed with
     * @param secrets what must not be shown
     * @return one line
     */
    public static String of(Throwable failure, Collection<String> secrets) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String message = cause.getMessage() == null ? "" : cause.getMessage();
        return of(cause instanceof HttpFailure ? message : cause.getClass().getSimpleName() + ": " + message, secrets);
    }

    /** As much as is searched later; what was not searched for secrets is left out. */
    private static String withoutSecrets(String text, Collection<String> secrets) {
        SecretEncodings encodings = new SecretEncodings(text, secrets);
        StringBuilder shown = new StringBuilder();
        int next = 0;
        while (next < text.length() && shown.length() <= SEARCHED && !encodings.gaveUp()) {
            int end = encodings.endOfSecretAt(next);
            if (end > next) {
                shown.append("<token>");
                next = end;
            } else if (!encodings.gaveUp()) {
                shown.append(text.charAt(next++));
            }
        }
        if (next == text.length()) {
            return shown.toString();
        }
        // What is cut through at the end is no longer recognized for what it is.
        shown.setLength(Math.min(shown.length(), SEARCHED));
        return CUT_WORD.matcher(shown).replaceFirst("") + " …";
    }
}
