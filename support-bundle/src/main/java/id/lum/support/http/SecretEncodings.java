package id.lum.support.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Finds secrets in a text that a server sent, in every encoding in which it may quote them: as they are,
 * percent-encoded, in JSON, in HTML, in JSON within JSON; each character by itself, because no two programs agree on
 * which they encode; or in Base64 as a whole. Case does not matter.
 *
 * <p>Secret and text may both come from a stranger, so that the steps of a search are counted and bounded. For one
 * search, by one thread.
 */
final class SecretEncodings {
    /** About a millisecond. A secret of 8 KiB that is quoted twice takes a tenth. */
    private static final int MAX_STEPS = 400_000;

    private static final HexFormat HEX = HexFormat.of();

    /** What follows the ampersand, which may itself be encoded, again and again. */
    private static final Map<Integer, String> ENTITIES =
            Map.of((int) '"', "quot;", (int) '&', "", (int) '<', "lt;", (int) '>', "gt;", (int) '\'', "apos;");

    private final String text;
    private final List<int[]> secrets;
    private int steps;

    // Ends of what matched so far: a text may match in two ways, such as a percent sign that is followed by 25.
    private int[] ends = new int[8];
    private int count;

    SecretEncodings(String text, Collection<String> secrets) {
        this.text = text;
        this.secrets = secrets.stream()
                .filter(secret -> !secret.isEmpty())
                .flatMap(secret ->
                        Stream.of(secret, base64(secret, Base64.getEncoder()), base64(secret, Base64.getUrlEncoder())))
                .distinct()
                .map(secret -> secret.codePoints().toArray())
                .toList();
    }

    private static String base64(String secret, Base64.Encoder encoder) {
        return encoder.withoutPadding().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the bound was reached: then what was not found may be there all the same. */
    boolean gaveUp() {
        return steps > MAX_STEPS;
    }

    /** The end of the longest secret that begins there; the same place if none does. */
    int endOfSecretAt(int start) {
        int longest = start;
        for (int[] secret : secrets) {
            longest = Math.max(longest, endAt(start, secret));
        }
        return longest;
    }

    private int endAt(int start, int[] secret) {
        int[] now = {start};
        int next = 0;
        while (next < secret.length && now.length > 0 && !gaveUp()) {
            int run = secret[next] == '\\' ? runOfBackslashes(secret, next) : 1;
            count = 0;
            for (int from : now) {
                match(from, secret[next], run);
            }
            now = Arrays.copyOf(ends, count);
            next += run;
        }
        return gaveUp() ? start : Arrays.stream(now).max().orElse(start);
    }

    private static int runOfBackslashes(int[] secret, int from) {
        int end = from;
        while (end < secret.length && secret[end] == '\\') {
            end++;
        }
        return end - from;
    }

    /** Adds every place at which an encoding of the character ends. */
    private void match(int from, int character, int run) {
        steps++;
        int escapes = skip(from, "\\");
        if (character == '\\') {
            // Each time that JSON is put into JSON they double.
            add(escapes - from >= run ? escapes : -1);
            add(percentEncoded(from, character, run));
            return;
        }
        add(literal(escapes, character));
        if (escapes > from) {
            add(unicodeEscaped(from, character));
        }
        if (character < 128 && Character.isLetterOrDigit(character)) {
            return;
        }
        char first = from < text.length() ? text.charAt(from) : '\0';
        if (first == '%') {
            add(percentEncoded(from, character, 1));
        } else if (first == '&') {
            add(numericReference(from, character));
            add(ENTITIES.containsKey(character) ? after(entityStart(from), ENTITIES.get(character)) : -1);
        } else if (first == '+' && character == ' ') {
            add(from + 1);
        }
    }

    private void add(int end) {
        for (int i = 0; i < count; i++) {
            if (ends[i] == end) {
                return;
            }
        }
        if (end < 0) {
            return;
        }
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
        }
        ends[count++] = end;
    }

    private int literal(int from, int character) {
        if (from >= text.length()) {
            return -1;
        }
        int there = text.codePointAt(from);
        return there == character || folded(there) == folded(character) ? from + Character.charCount(there) : -1;
    }

    private static int folded(int character) {
        return Character.toLowerCase(Character.toUpperCase(character));
    }

    /** Its UTF-16 units, each after any number of backslashes. */
    private int unicodeEscaped(int from, int character) {
        int end = from;
        for (char unit : Character.toChars(character)) {
            int escapes = skip(end, "\\");
            end = escapes == end ? -1 : after(escapes, "u" + HEX.toHexDigits(unit));
            if (end < 0) {
                return -1;
            }
        }
        return end;
    }

    /** Its bytes in UTF-8; the percent sign may itself be encoded, again and again. */
    private int percentEncoded(int from, int character, int run) {
        int end = from;
        byte[] bytes = Character.toString(character).repeat(run).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length && end >= 0; i++) {
            end = after(end, "%");
            if (end >= 0) {
                int encodedSigns = skip(end, "25");
                // Of an encoded percent sign this is all.
                end = bytes[i] == '%'
                        ? (encodedSigns > end ? encodedSigns : -1)
                        : after(encodedSigns, HEX.toHexDigits(bytes[i]));
            }
        }
        return end;
    }

    private int numericReference(int from, int character) {
        int start = after(entityStart(from), "#");
        if (start < 0) {
            return -1;
        }
        int hex = after(start, "x");
        return hex >= 0
                ? after(skip(hex, "0"), Integer.toHexString(character) + ";")
                : after(skip(start, "0"), character + ";");
    }

    private int entityStart(int from) {
        int start = after(from, "&");
        return start < 0 ? -1 : skip(start, "amp;");
    }

    private int skip(int from, String repeated) {
        int end = from;
        while (text.regionMatches(true, end, repeated, 0, repeated.length())) {
            end += repeated.length();
            steps++;
        }
        return end;
    }

    private int after(int from, String expected) {
        return from >= 0 && text.regionMatches(true, from, expected, 0, expected.length())
                ? from + expected.length()
                : -1;
    }
}
