package id.lum.support.log;

import org.slf4j.Logger;

/**
 * An error that is met at every try, perhaps for days: it is logged once, and again when its text changes. For one
 * thread at a time.
 */
public final class RepeatedError {
    private final Logger log;
    private String last = "";

    /**
     * Nothing was met yet.
     *
     * @param log where the lines go
     */
    public RepeatedError(Logger log) {
        this.log = log;
    }

    /**
     * Logs an error: at ERROR if the last one was another, else at DEBUG.
     *
     * @param sentence what is wrong, fit for a log
     */
    public void met(String sentence) {
        if (sentence.equals(last)) {
            log.debug("Still so: {}", sentence);
        } else {
            log.error(sentence);
        }
        last = sentence;
    }

    /**
     * The error is over: it is logged again when it comes back.
     *
     * @return whether there was one
     */
    public boolean over() {
        boolean was = !last.isEmpty();
        last = "";
        return was;
    }
}
