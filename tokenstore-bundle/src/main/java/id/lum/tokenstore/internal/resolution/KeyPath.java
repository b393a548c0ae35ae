package id.lum.tokenstore.internal.resolution;

import com.fasterxml.jackson.core.JsonStreamContext;
import java.util.List;

/**
 * Which values of a JSON document a key means: that of the member of the outermost object with the very name, or else
 * what the JSONPath expression {@code $..key} finds, where the key is names with dots between them.
 */
final class KeyPath {
    private final String key;
    private final List<String> names;

    KeyPath(String key) {
        this.key = key;
        names = List.of(key.split("\\.", -1));
    }

    /** Whether the value is that of the member of the outermost object with the very name. */
    boolean isMember(JsonStreamContext place) {
        return place.getNestingDepth() == 1 && isNamed(place, key);
    }

    /** Whether the names on the way to the value end with those of the key. */
    boolean endsAt(JsonStreamContext place) {
        if (names.size() > place.getNestingDepth()) {
            return false;
        }
        JsonStreamContext level = place;
        for (int i = names.size() - 1; i >= 0; i--) {
            if (!isNamed(level, names.get(i))) {
                return false;
            }
            level = level.getParent();
        }
        return true;
    }

    /** An element of an array has no name. */
    private static boolean isNamed(JsonStreamContext place, String name) {
        return place.inObject() && name.equals(place.getCurrentName());
    }
}
