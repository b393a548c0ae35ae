package id.lum.tokenstore.internal.rules;

import java.util.Arrays;

/**
 * Which paths are meant: the text itself, where {@code *} stands for any characters. What a star lets through cannot
 * climb: a path with a {@code .} or {@code ..} between slashes is meant only where it is written out.
 */
record PathPattern(String text) {
    boolean covers(String path) {
        return path.equals(text) || !climbs(path) && matches(path);
    }

    private static boolean climbs(String path) {
        return Arrays.stream(path.split("[/\\\\]", -1)).anyMatch(part -> part.equals(".") || part.equals(".."));
    }

    /** Only the last star seen is ever tried again, so that the work is bounded by the product of the lengths. */
    private boolean matches(String path) {
        int inPath = 0;
        int inText = 0;
        int star = -1;
        int retry = 0;
        while (inPath < path.length()) {
            if (inText < text.length() && text.charAt(inText) == '*') {
                star = inText++;
                retry = inPath;
            } else if (inText < text.length() && text.charAt(inText) == path.charAt(inPath)) {
                inText++;
                inPath++;
            } else if (star >= 0) {
                inText = star + 1;
                inPath = ++retry;
            } else {
                return false;
            }
        }
        return text.substring(inText).chars().allMatch(character -> character == '*');
    }
}
