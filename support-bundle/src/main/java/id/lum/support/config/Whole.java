package id.lum.support.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The setting is a whole number. {@link DeclaredSettings#number} checks it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Whole {
    /** The least allowed. */
    long min();

    /** The most allowed. */
    long max();

    /** What it counts, in the plural, for the refusal. */
    String unit();
}
