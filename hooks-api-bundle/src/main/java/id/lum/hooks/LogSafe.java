package id.lum.hooks;

import java.util.Locale;

/**
 * Text from outside, made safe to stand in one line of a log, a rejection or a command's output.
 *
 * <p>Ids, scopes and names come from strangers. Unless they are escaped, a line break forges a log line, and an escape
 * sequence changes what a terminal shows.
 */
public final class LogSafe {
    /** Longer texts are cut here, so that a stranger's id cannot fill a log. In characters. */
    public static final int LIMIT = 200;

    private LogSafe() {}

    /**
     * Escapes what does not belong into a line: control, format, surrogate and line separator characters become
     * {@code \}{@code uXXXX}, a backslash is doubled, and what exceeds {@link #LIMIT} is cut and marked with an
     * ellipsis.
     *
     * @param text any text
     * @return the text on one line
     */
    public static String of(String text) {
        return text.length() > LIMIT ? whole(text.substring(0, LIMIT)) + "…" : whole(text);
    }

    /**
     * Escapes like {@link #of}, and cuts nothing: for text whose length is bounded elsewhere.
     *
     * @param text any text
     * @return the text on one line
     */
    public static String whole(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(character -> {
            if (character == '\\') {
                line.append("\\\\");
            } else if (isUnfit(character)) {
                for (char unit : Character.toChars(character)) {
                    line.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                }
            } else {
                line.appendCodePoint(character);
            }
        });
        return line.toString();
    }

    /** Nearly every id: visible US-ASCII and spaces, without a backslash. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character < ' ' || character > '~' || character == '\\') {
                return false;
            }
        }
        return true;
    }

    private static boolean isUnfit(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }
}
