package id.lum.itests;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets made for a test, and the search for them. Each is made of random marks with other characters between them;
 * one mark found is the secret found, so that half of it is found too, and so is every spelling that leaves letters and
 * digits alone: percent-encoded, in JSON, escaped for a log. Base64 is undone.
 */
final class Secrets {
    private static final int BYTES_OF_A_MARK = 8;
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{20,}");
    private static final Pattern PERCENT = Pattern.compile("(%[0-9A-Fa-f]{2})+");

    private final SecureRandom random = new SecureRandom();
    private final Map<String, List<String>> marks = new LinkedHashMap<>();

    /**
     * Makes one up.
     *
     * @param name what it is called when it is found
     * @param form how it looks, with a star for each mark
     */
    String invent(String name, String form) {
        List<String> own = marks.computeIfAbsent(name, first -> new ArrayList<>());
        StringBuilder secret = new StringBuilder();
        for (char one : form.toCharArray()) {
            if (one == '*') {
                String mark = mark();
                own.add(mark);
                secret.append(mark);
            } else {
                secret.append(one);
            }
        }
        return secret.toString();
    }

    private String mark() {
        StringBuilder mark = new StringBuilder();
        for (int i = 0; i < BYTES_OF_A_MARK; i++) {
            mark.append(String.format("%02x", random.nextInt(256)));
        }
        return mark.toString();
    }

    /** The names of those that are in a text, in whatever spelling. */
    Set<String> foundIn(String text) {
        List<String> readings = new ArrayList<>();
        for (String spelled : List.of(text, unpercented(text), text.replace("\\", ""))) {
            readings.add(spelled.toLowerCase(Locale.ROOT));
            readings.add(decoded(spelled).toLowerCase(Locale.ROOT));
        }
        Set<String> found = new TreeSet<>();
        marks.forEach((name, own) -> {
            if (own.stream().anyMatch(mark -> readings.stream().anyMatch(reading -> reading.contains(mark)))) {
                found.add(name);
            }
        });
        return found;
    }

    private static String unpercented(String text) {
        return PERCENT.matcher(text)
                .replaceAll(found ->
                        Matcher.quoteReplacement(URLDecoder.decode(found.group(), StandardCharsets.ISO_8859_1)));
    }

    /** Every word that may be Base64, undone from each of the four places where a group of characters may begin. */
    private static String decoded(String text) {
        StringBuilder decoded = new StringBuilder();
        Matcher words = BASE64.matcher(text);
        while (words.find()) {
            String word = words.group().replace('-', '+').replace('_', '/');
            for (int start = 0; start < 4; start++) {
                int whole = (word.length() - start) / 4 * 4;
                byte[] bytes = Base64.getDecoder().decode(word.substring(start, start + whole));
                decoded.append(new String(bytes, StandardCharsets.ISO_8859_1)).append('\n');
                // What is left over of a word without padding.
                String rest = word.substring(start + whole);
                if (rest.length() > 1) {
                    decoded.setLength(decoded.length() - 1);
                    decoded.append(new String(Base64.getDecoder().decode(rest), StandardCharsets.ISO_8859_1))
                            .append('\n');
                }
            }
        }
        return decoded.toString();
    }
}
