package id.lum.hooks;

/**
 * Text from outside, made safe to stand in one line of a log, a rejection or a command's output.
 *
 * <p>Ids, scopes and names come from strangers. Printed raw, a line break in one of them forges a log line and an
 * escape sequence paints an operator's terminal.
 */
public final class Printable {
    /** Longer texts are cut here, so that a stranger's id cannot fill a log. In characters. */
    public static final int LIMIT = 200;

    private Printable() {}

    /**
     * Escapes what does not belong into a line: control, format, surrogate and line separator characters become
     * {@code \}{@code uXXXX}, a backslash is doubled, and what exceeds {@link #LIMIT} is cut and marked with an
     * ellipsis.
     *
     * @param text any text
     * @return the text on one line
     */
    public static String of(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), LIMIT) + 16);
        int end = Math.min(text.length(), LIMIT);
        for (int i = 0; i < end; ) {
            int character = text.codePointAt(i);
            i += Character.charCount(character);
            if (character == '\\') {
                line.append("\\\\");
            } else if (isUnfit(character)) {
                for (char unit : Character.toChars(character)) {
                    line.append(String.format("\\u%04x", (int) unit));
                }
            } else {
                line.appendCodePoint(character);
            }
        }
        return text.length() > LIMIT ? line.append('…').toString() : line.toString();
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
