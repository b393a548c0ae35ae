package id.lum.support.sqlite;

import id.lum.hooks.LogSafe;

/** A text with an unpaired surrogate. It cannot be encoded in UTF-8 and would be stored as another name. */
public final class UnstorableText extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private UnstorableText(String text) {
        super("\"" + LogSafe.of(text) + "\" is not well-formed Unicode and cannot be stored.");
    }

    /**
     * Lets pass what can be stored.
     *
     * @param texts any texts
     * @throws UnstorableText if one of them cannot be stored
     */
    public static void requireStorable(String... texts) {
        for (String text : texts) {
            if (!isStorable(text)) {
                throw new UnstorableText(text);
            }
        }
    }

    /**
     * Whether all of them can be stored.
     *
     * @param texts any texts
     * @return true if they are well-formed
     */
    public static boolean isStorable(String... texts) {
        for (String text : texts) {
            if (!isStorable(text)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether it can be stored.
     *
     * @param text any text
     * @return true if it is well-formed
     */
    public static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean pair = Character.isHighSurrogate(text.charAt(i))
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
