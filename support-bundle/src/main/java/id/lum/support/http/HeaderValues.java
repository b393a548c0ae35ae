package id.lum.support.http;

/**
 * Which text may stand in the value of an HTTP header field (RFC 9110 section 5.5).
 *
 * <p>Asked before any library sees a secret: the JDK refuses an illegal header value with an exception that quotes it.
 */
public final class HeaderValues {
    private HeaderValues() {}

    /**
     * Whether every character is legal: visible US-ASCII, space or tab. The upper half of ISO-8859-1, which old senders
     * used, is not: what becomes of it depends on the recipient, and the JDK sends question marks instead.
     *
     * @param text any text
     * @return true if all of it is legal; an empty text is
     */
    public static boolean isLegal(String text) {
        return text.chars().allMatch(character -> character >= ' ' && character <= '~' || character == '\t');
    }
}
