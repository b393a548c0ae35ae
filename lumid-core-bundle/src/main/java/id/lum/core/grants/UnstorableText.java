package id.lum.core.grants;

import id.lum.hooks.Printable;

/**
 * A name with half a surrogate pair. It has no UTF-8 form: stored, it would become another name, and a grant on the one
 * would open the other.
 */
final class UnstorableText extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private UnstorableText(String text) {
        super("\"" + Printable.of(text) + "\" is not well-formed Unicode and cannot be stored.");
    }

    static void refuse(String... texts) {
        for (String text : texts) {
            if (!isStorable(text)) {
                throw new UnstorableText(text);
            }
        }
    }

    static boolean isStorable(String... texts) {
        for (String text : texts) {
            if (!isStorable(text)) {
                return false;
            }
        }
        return true;
    }

    static boolean isStorable(String text) {
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
