package id.lum.hooks.lumilake;

import id.lum.hooks.LogSafe;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Deep, unmodifiable copies of JSON values: maps with text keys, lists, text, numbers, true and false, and JSON's null.
 */
final class JsonValues {
    /** Deeper documents are refused rather than risk the stack of the code that walks them. */
    private static final int DEPTH = 200;

    /** Stands for no index. */
    private static final int NONE = -1;

    private JsonValues() {}

    /**
     * Where a value stands. Spelled out only for a refusal: spelled out for each value, a document with a long name
     * near its root would cost its size times that name.
     */
    private record Place(Place parent, String name, int index) {
        Place member(String member) {
            return new Place(this, member, NONE);
        }

        Place element(int position) {
            return new Place(this, "", position);
        }

        private String step() {
            return index == NONE ? (parent == null ? "" : ".") + LogSafe.of(name) : "[" + index + "]";
        }

        @Override
        public String toString() {
            Deque<String> steps = new ArrayDeque<>();
            for (Place place = this; place != null; place = place.parent) {
                steps.push(place.step());
            }
            String whole = String.join("", steps);
            return whole.length() > LogSafe.LIMIT ? "…" + whole.substring(whole.length() - LogSafe.LIMIT) : whole;
        }
    }

    static Map<String, Object> object(Map<?, ?> source, String where) {
        return object(source, new Place(null, where, NONE), DEPTH);
    }

    private static Map<String, Object> object(Map<?, ?> source, Place place, int depth) {
        Map<String, Object> copy = new LinkedHashMap<>();
        source.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw new IllegalArgumentException(place + " has a member whose name is no text.");
            }
            copy.put(name, value(value, place.member(name), depth));
        });
        return Collections.unmodifiableMap(copy);
    }

    private static Object value(Object source, Place place, int depth) {
        if (depth == 0) {
            throw new IllegalArgumentException("A JSON document may be " + DEPTH + " levels deep, not more.");
        }
        if (source instanceof Map<?, ?> map) {
            return object(map, place, depth - 1);
        }
        if (source instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            for (Object element : list) {
                copy.add(value(element, place.element(copy.size()), depth - 1));
            }
            return Collections.unmodifiableList(copy);
        }
        if (source instanceof Double number && !Double.isFinite(number)) {
            throw new IllegalArgumentException(place + " is not a finite number.");
        }
        if (source == null || source instanceof String || source instanceof Number || source instanceof Boolean) {
            return source;
        }
        throw new IllegalArgumentException(
                place + " is a " + source.getClass().getName() + ", which is no JSON value.");
    }
}
