package id.lum.tokenstore.internal.resolution;

import com.fasterxml.jackson.core.JsonStreamContext;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Which values of a JSON document a key means: that of the member of the outermost object with the very name, or else
 * what the JSONPath expression {@code $..key} finds, where the key is names with dots between them. Filled while the
 * document is read, by one thread.
 */
final class KeyPath {
    /** The text of a value, made when it is wanted. */
    interface Text {
        String read() throws IOException;
    }

    private final String key;
    private final List<String> names;
    private Optional<String> member = Optional.empty();
    private Optional<String> descendant = Optional.empty();
    private int descendants;

    KeyPath(String key) {
        this.key = key;
        names = List.of(key.split("\\.", -1));
    }

    /** What a member that is meant is called, if it is not the whole key. */
    String lastName() {
        return names.get(names.size() - 1);
    }

    /** A value has been read. */
    void meet(JsonStreamContext place, Text text) throws IOException {
        if (isMember(place)) {
            member = Optional.of(text.read());
        }
        // However often it is found, the text of one is all that is needed.
        if (endsAt(place) && descendants++ == 0) {
            descendant = Optional.of(text.read());
        }
    }

    /** What the key means, once the document has been read. */
    String text() throws NoSuchKey {
        if (member.isEmpty() && descendants > 1) {
            throw new NoSuchKey("the value has the key in several places");
        }
        return member.or(() -> descendant).orElseThrow(() -> new NoSuchKey("the value has no such key"));
    }

    /** Whether the value is that of the member of the outermost object with the very name. */
    private boolean isMember(JsonStreamContext place) {
        return place.getNestingDepth() == 1 && isNamed(place, key);
    }

    /** Whether the names on the way to the value end with those of the key. */
    private boolean endsAt(JsonStreamContext place) {
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
