package id.lum.core.internal.grants;

import java.util.AbstractSet;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.ToLongFunction;

/**
 * A set of ids that never changes. A copy with one id more or less shares all but a few hundred bytes with it: a hash
 * trie (Bagwell, "Ideal Hash Trees", 2001), 32 branches a node.
 */
final class IdSet extends AbstractSet<String> {
    private static final int BITS = 5;
    private static final int LAST = 60;
    private static final Node NOTHING = new Node(0, new Object[0]);

    /** Under a key, because strangers choose ids. */
    static final IdSet EMPTY = new IdSet(GrantDigest::ofId, NOTHING, 0, 0);

    /**
     * @param branches which of the 32 branches there are; 0 at the last level, which is a list
     * @param children what is there, in order: an id or a node
     */
    private record Node(int branches, Object[] children) {
        int at(int branch) {
            return Integer.bitCount(branches & branch - 1);
        }
    }

    private final ToLongFunction<String> hash;
    private final Node root;
    private final int size;
    private final long characters;

    private IdSet(ToLongFunction<String> hash, Node root, int size, long characters) {
        this.hash = hash;
        this.root = root;
        this.size = size;
        this.characters = characters;
    }

    /** An empty set that finds ids by another hash. */
    static IdSet empty(ToLongFunction<String> hash) {
        return new IdSet(hash, NOTHING, 0, 0);
    }

    /** This set, or one with the id in addition. */
    IdSet with(String id) {
        long bits = hash.applyAsLong(id);
        return contains(id, bits)
                ? this
                : new IdSet(hash, added(root, id, bits, 0), size + 1, characters + id.length());
    }

    /** This set, or one without the id. */
    IdSet without(String id) {
        long bits = hash.applyAsLong(id);
        return contains(id, bits)
                ? new IdSet(hash, removed(root, id, bits, 0), size - 1, characters - id.length())
                : this;
    }

    @Override
    public boolean contains(Object id) {
        return id instanceof String text && contains(text, hash.applyAsLong(text));
    }

    @Override
    public int size() {
        return size;
    }

    /** Of all ids together. */
    long characters() {
        return characters;
    }

    private boolean contains(String id, long bits) {
        Node node = root;
        for (int shift = 0; shift < LAST; shift += BITS) {
            int branch = branch(bits, shift);
            if ((node.branches() & branch) == 0) {
                return false;
            }
            Object child = node.children()[node.at(branch)];
            if (!(child instanceof Node next)) {
                return child.equals(id);
            }
            node = next;
        }
        return Arrays.asList(node.children()).contains(id);
    }

    private static int branch(long bits, int shift) {
        return 1 << (bits >>> shift & 31);
    }

    private Node added(Node node, String id, long bits, int shift) {
        if (shift == LAST) {
            return new Node(0, inserted(node.children(), node.children().length, id));
        }
        int branch = branch(bits, shift);
        int at = node.at(branch);
        if ((node.branches() & branch) == 0) {
            return new Node(node.branches() | branch, inserted(node.children(), at, id));
        }
        Node child = node.children()[at] instanceof Node deeper
                ? deeper
                : added(NOTHING, (String) node.children()[at], shift + BITS);
        return replaced(node, at, added(child, id, bits, shift + BITS));
    }

    private Node added(Node node, String id, int shift) {
        return added(node, id, hash.applyAsLong(id), shift);
    }

    private static Node removed(Node node, String id, long bits, int shift) {
        if (shift == LAST) {
            return new Node(
                    0, without(node.children(), Arrays.asList(node.children()).indexOf(id)));
        }
        int branch = branch(bits, shift);
        int at = node.at(branch);
        if (!(node.children()[at] instanceof Node child)) {
            return new Node(node.branches() & ~branch, without(node.children(), at));
        }
        Node rest = removed(child, id, bits, shift + BITS);
        boolean single = rest.children().length == 1 && rest.children()[0] instanceof String;
        return replaced(node, at, single ? rest.children()[0] : rest);
    }

    private static Node replaced(Node node, int at, Object child) {
        Object[] children = node.children().clone();
        children[at] = child;
        return new Node(node.branches(), children);
    }

    private static Object[] inserted(Object[] children, int at, Object child) {
        Object[] more = new Object[children.length + 1];
        System.arraycopy(children, 0, more, 0, at);
        more[at] = child;
        System.arraycopy(children, at, more, at + 1, children.length - at);
        return more;
    }

    private static Object[] without(Object[] children, int at) {
        Object[] fewer = Arrays.copyOf(children, children.length - 1);
        System.arraycopy(children, at + 1, fewer, at, fewer.length - at);
        return fewer;
    }

    @Override
    public Iterator<String> iterator() {
        return new Ids(root);
    }

    /** Depth first. */
    private static final class Ids implements Iterator<String> {
        private final Deque<Iterator<Object>> open = new ArrayDeque<>();

        Ids(Node root) {
            open.push(Arrays.asList(root.children()).iterator());
        }

        @Override
        public boolean hasNext() {
            while (!open.isEmpty() && !open.peek().hasNext()) {
                open.pop();
            }
            return !open.isEmpty();
        }

        @Override
        public String next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Object child = open.peek().next();
            while (child instanceof Node node) {
                // Never empty: a node below the root holds two ids at least.
                open.push(Arrays.asList(node.children()).iterator());
                child = open.peek().next();
            }
            return (String) child;
        }
    }
}
