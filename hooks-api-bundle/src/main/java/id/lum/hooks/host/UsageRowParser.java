package id.lum.hooks.host;

import id.lum.hooks.PrincipalContext;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes a usage row of what an operator types after {@code hooks:emit HOST $p}. A bundle that knows the rows of a host
 * registers one as a service; it needs no service property.
 *
 * @param <R> the host's usage row
 */
@ConsumerType
public interface UsageRowParser<R> {

    /**
     * The host whose rows these are.
     *
     * @return its name
     */
    String host();

    /**
     * The words that follow {@code hooks:emit HOST $p}. They are shown to an operator who typed another number of
     * words.
     *
     * @return the words in capitals, such as {@code TASK COST}
     */
    String words();

    /**
     * Makes a row of work that ended now.
     *
     * @param principal who pays
     * @param words what was typed, as many as {@link #words} has
     * @return the row
     * @throws IllegalArgumentException if a word is unfit; the message says which, and what it must be
     */
    R parse(PrincipalContext principal, List<String> words);
}
