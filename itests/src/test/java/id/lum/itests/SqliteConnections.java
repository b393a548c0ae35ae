package id.lum.itests;

import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.ObjectName;

/**
 * The connections to SQLite in this JVM. What a connection does about a pragma only that connection can tell, and the
 * ones that matter are private; so they are found by walking through the objects of a service, and counted by the JVM,
 * to know that none was missed.
 */
final class SqliteConnections {
    private static final Pattern COUNTED =
            Pattern.compile("^ *\\d+: +(\\d+) +\\d+ +org\\.sqlite\\.jdbc4\\.JDBC4Connection\\b", Pattern.MULTILINE);

    private SqliteConnections() {}

    /** How many there are, whoever holds them; open or not, but reachable. */
    static int inThisJvm() throws Exception {
        Object histogram = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        Matcher counted = COUNTED.matcher(histogram.toString());
        return counted.find() ? Integer.parseInt(counted.group(1)) : 0;
    }

    /** Those that can be reached through objects of ours. */
    static List<Connection> reachableFrom(Object root) throws IllegalAccessException {
        List<Connection> found = new ArrayList<>();
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> next = new ArrayDeque<>(List.of(root));
        while (!next.isEmpty()) {
            Object one = next.pop();
            if (!seen.add(one)) {
                continue;
            }
            if (one instanceof Connection connection) {
                found.add(connection);
            } else if (one instanceof Optional<?> optional) {
                optional.ifPresent(next::push);
            } else if (one instanceof Map<?, ?> map) {
                push(map.values(), next);
            } else if (one instanceof Collection<?> several) {
                push(several, next);
            } else if (one.getClass().getName().startsWith("id.lum.")) {
                pushFields(one, next);
            }
        }
        return found;
    }

    private static void push(Collection<?> several, Deque<Object> next) {
        for (Object one : several) {
            Optional.ofNullable(one).ifPresent(next::push);
        }
    }

    private static void pushFields(Object one, Deque<Object> next) throws IllegalAccessException {
        for (Class<?> type = one.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && !field.getType().isPrimitive()
                        && field.trySetAccessible()) {
                    Optional.ofNullable(field.get(one)).ifPresent(next::push);
                }
            }
        }
    }

    /** What SQLite says that a pragma is on this connection. */
    static String pragma(Connection connection, String name) throws SQLException {
        try (Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery("PRAGMA " + name)) {
            row.next();
            return row.getString(1);
        }
    }
}
