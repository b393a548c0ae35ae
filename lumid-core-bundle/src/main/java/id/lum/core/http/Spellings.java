package id.lum.core.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a server may quote a secret: as it is, percent-encoded, in JSON, in HTML, in JSON within JSON; each character by
 * itself, because no two programs agree on which they encode. As a regular expression, to be used without regard to
 * case.
 */
final class Spellings {
    /** What HTML has after an ampersand, which may itself be encoded, again and again. */
    private static final Map<Integer, String> ENTITIES =
            Map.of((int) '"', "quot;", (int) '&', "", (int) '<', "lt;", (int) '>', "gt;", (int) '\'', "apos;");

    /** A run of backslashes, or another character. */
    private static final Pattern PIECE = Pattern.compile("\\\\+|.", Pattern.DOTALL);

    private Spellings() {}

    static String of(String secret) {
        String quoted = PIECE.matcher(secret)
                .results()
                .map(piece -> piece(piece.group()))
                .collect(Collectors.joining());
        return quoted + "|" + base64(secret, Base64.getEncoder()) + "|" + base64(secret, Base64.getUrlEncoder());
    }

    // What is repeated takes all that there is and gives nothing back: the text comes from a stranger.
    private static String piece(String text) {
        int character = text.codePointAt(0);
        if (character < 128 && Character.isLetterOrDigit(character)) {
            return Pattern.quote(text);
        }
        // A percent sign may itself be encoded, again and again; of one that is meant this is all.
        String inUrls = character == '%'
                ? "%(?:25)++"
                : HexFormat.of()
                        .formatHex(text.getBytes(StandardCharsets.UTF_8))
                        .replaceAll("..", Matcher.quoteReplacement("%(?:25)*+") + "$0");
        if (character == '\\') {
            // Each time that JSON is put into JSON they double.
            return "(?:\\\\{" + text.length() + ",}+|" + inUrls + ")";
        }
        String inJson = text.chars()
                .mapToObj(unit -> String.format(Locale.ROOT, "\\\\++u%04x", unit))
                .collect(Collectors.joining());
        StringBuilder spellings = new StringBuilder("(?:");
        spellings.append(inJson);
        spellings.append("|\\\\*+").append(Pattern.quote(text));
        spellings.append('|').append(inUrls);
        spellings.append(String.format(Locale.ROOT, "|&(?:amp;)*+#(?:0*+%d|x0*+%x);", character, character));
        if (ENTITIES.containsKey(character)) {
            spellings.append("|&(?:amp;)*+").append(ENTITIES.get(character));
        }
        return spellings.append(character == ' ' ? "|\\+)" : ")").toString();
    }

    private static String base64(String secret, Base64.Encoder encoder) {
        return Pattern.quote(encoder.withoutPadding().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
    }
}
