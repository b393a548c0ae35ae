package id.lum.tokenstore.internal.grammar;

/** As much of a text as a log line should hold. */
final class Excerpt {
    private static final int LENGTH = 120;

    private Excerpt() {}

    /** The beginning, in characters that cannot forge a second line. */
    static String of(CharSequence text) {
        StringBuilder excerpt = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), LENGTH); i++) {
            char character = text.charAt(i);
            excerpt.append(isPlain(character) ? character : '?');
        }
        return text.length() > LENGTH ? excerpt.append("..").toString() : excerpt.toString();
    }

    /** Marks of direction and separators of lines are not, whatever their place in Unicode. */
    private static boolean isPlain(char character) {
        return character == ' ' || Character.isLetterOrDigit(character) || character > ' ' && character < 0x7F;
    }
}
