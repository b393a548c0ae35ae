package id.lum.support.json;

/**
 * A number that was not computed: a stranger's {@code 1e999999999} costs nothing.
 *
 * @param digits the number as it was written
 */
public record JsonNumber(String digits) {}
