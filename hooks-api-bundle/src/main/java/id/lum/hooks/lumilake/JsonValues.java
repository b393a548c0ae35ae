package id.lum.hooks.lumilake;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Deep, unmodifiable copies of JSON values: maps with text keys, lists, text, numbers, true and false, and JSON's null.
 */
final class JsonValues {
    /** Deeper documents are refused rather than risk the stack of whoever walks them. */
    private static final int DEPTH = 200;

    private JsonValues() {}

    static Map<String, Object> object(Map<?, ?> source, String where) {
        return object(source, where, DEPTH);
    }

    private static Map<String, Object> object(Map<?, ?> source, String where, int depth) {
        Map<String, Object> copy = new LinkedHashMap<>();
        source.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw new IllegalArgumentException(where + " has a member whose name is no text.");
            }
            copy.put(name, value(value, where + "." + name, depth));
        });
        return Collections.unmodifiableMap(copy);
    }

    private static Object value(Object source, String where, int depth) {
        if (depth == 0) {
            throw new IllegalArgumentException("A JSON document may be " + DEPTH + " levels deep, not more.");
        }
        if (source instanceof Map<?, ?> map) {
            return object(map, where, depth - 1);
        }
        if (source instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            for (int i = 0; i < list.size(); i++) {
                copy.add(value(list.get(i), where + "[" + i + "]", depth - 1));
            }
            return Collections.unmodifiableList(copy);
        }
        if (source instanceof Double number && !Double.isFinite(number)) {
            throw new IllegalArgumentException(where + " is not a finite number.");
        }
        if (source == null || source instanceof String || source instanceof Number || source instanceof Boolean) {
            return source;
        }
        throw new IllegalArgumentException(
                where + " is a " + source.getClass().getName() + ", which is no JSON value.");
    }
}
