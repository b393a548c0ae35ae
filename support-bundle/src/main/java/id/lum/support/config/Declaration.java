package id.lum.support.config;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The settings that an annotation type declares: a method for each, with the name that the property of a component
 * property type has (OSGi Compendium 7, section 112.8.2.1), a default, and checks.
 */
final class Declaration<C> {
    private static final Pattern ESCAPES = Pattern.compile("\\$_\\$|\\$\\$|\\$|__|_");

    private final Map<String, Method> methods = new TreeMap<>();
    /** Each of its methods returns the name of its property. */
    private final C names;

    Declaration(Class<C> type) {
        for (Method method : type.getMethods()) {
            if (method.getDeclaringClass() != Annotation.class) {
                methods.put(propertyName(method.getName()), method);
            }
        }
        names = type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> propertyName(method.getName())));
    }

    static String propertyName(String method) {
        return ESCAPES.matcher(method).replaceAll(found -> switch (found.group()) {
            case "$_$" -> "-";
            case "$$" -> "\\$";
            case "$" -> "";
            case "__" -> "_";
            default -> ".";
        });
    }

    /** The names of all properties. */
    Set<String> names() {
        return methods.keySet();
    }

    String name(Setting<? super C> setting) {
        return setting.of(names);
    }

    /** What a setting is when its property is missing; absent if the declaration does not say so. */
    Optional<String> defaultOf(String name) {
        return Optional.ofNullable(methods.get(name).getDefaultValue()).map(Object::toString);
    }

    boolean isUrl(String name) {
        return methods.get(name).isAnnotationPresent(Url.class);
    }

    Whole whole(String name) {
        return check(name, Whole.class);
    }

    Set<String> words(String name) {
        return Set.of(check(name, OneOf.class).value());
    }

    private <A extends Annotation> A check(String name, Class<A> check) {
        return Optional.ofNullable(methods.get(name).getAnnotation(check))
                .orElseThrow(() -> new IllegalArgumentException(
                        "The declaration of " + name + " lacks @" + check.getSimpleName() + "."));
    }
}
