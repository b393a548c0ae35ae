package id.lum.core.identity;

import id.lum.hooks.Printable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a log may show of a text that a server sent: a line of at most 200 characters, without what is secret. */
final class Redaction {
    /** More is not searched for secrets, and so not shown. In characters. */
    private static final int SEARCHED = 4 * Printable.LIMIT;

    private record Rule(Pattern pattern, String instead) {}

    // Every repetition is bounded or possessive: the text comes from a stranger.
    private static final List<Rule> RULES = List.of(
            new Rule(Pattern.compile("(?i)\\b(bearer|basic)(\\s|%20|\\+)++[^\\s\"'<>,]++"), "$1 <token>"),
            new Rule(Pattern.compile("(?i)\\b(lm_[a-z]{1,8}_|eyJ)[\\w.~+/=%\\\\-]*+"), "<token>"),
            new Rule(
                    Pattern.compile("(?i)[\\w.!#$&*+/=?^`{|}~-]{1,64}(@|%40|\\\\u0040|&#64;|&#x40;)[\\w.-]{1,255}"),
                    "<e-mail>"),
            // A UUID and a trace id are shorter, and worth having.
            new Rule(Pattern.compile("[\\w.~+/=%\\\\-]{40,}+"), "<long word>"));

    private Redaction() {}

    /**
     * The beginning of a text, fit for a log.
     *
     * @param secrets what must not be shown in any encoding that a server may quote it in
     */
    static String of(String text, Collection<String> secrets) {
        String shown = text;
        if (!secrets.isEmpty()) {
            shown = anyOf(secrets).matcher(shown).replaceAll("<token>");
        }
        if (shown.length() > SEARCHED) {
            // What is cut through at the end is no longer recognized for what it is.
            shown = shown.substring(0, SEARCHED).replaceFirst("\\S++$", "") + " …";
        }
        for (Rule rule : RULES) {
            shown = rule.pattern().matcher(shown).replaceAll(rule.instead());
        }
        return Printable.of(shown);
    }

    private static Pattern anyOf(Collection<String> secrets) {
        return Pattern.compile(
                secrets.stream()
                        .flatMap(secret -> spellings(secret).stream())
                        .distinct()
                        .map(Pattern::quote)
                        .collect(Collectors.joining("|")),
                Pattern.CASE_INSENSITIVE);
    }

    /** As it is, form-encoded, percent-encoded, and as two ways of writing JSON have it. */
    private static List<String> spellings(String secret) {
        String form = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        String json = secret.replace("\\", "\\\\").replace("\"", "\\\"");
        return List.of(secret, form, form.replace("+", "%20"), json, json.replace("/", "\\/"));
    }
}
