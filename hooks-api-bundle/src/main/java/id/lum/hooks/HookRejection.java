package id.lum.hooks;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.function.Supplier;

/**
 * A hook's "no": an HTTP status, a reason for programs, and a sentence fit for a stranger.
 *
 * <p>The sentence reaches the caller. It names what is missing, never how the server is built; what an operator needs
 * goes into the hook's own log. It contains no token and no secret.
 *
 * <p>A 503 means "cannot tell now" and may be repeated by the caller. Every other status is an answer.
 *
 * <p>A rejection below 500 is an answer and no failure: it has no stack trace. One from 500 on has its trace.
 */
public final class HookRejection extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String NO_SENTENCE = "A rejection needs a sentence for the caller.";

    /** The status, 400 to 599. */
    private final int status;

    private final Refusal refusal;

    /** Makes the sentence when it is read first. */
    private final transient Supplier<String> source;

    /** Empty until it is made. Written without a lock: whoever comes second makes the same one. */
    private String sentence;

    /**
     * A rejection with the reason that its status tells: {@link Refusal#UNAUTHENTICATED} for 401,
     * {@link Refusal#PAYMENT_REQUIRED} for 402, {@link Refusal#INVALID_REQUEST} for 400, 413 and 422,
     * {@link Refusal#UNAVAILABLE} for 503, and {@link Refusal#OTHER} for the rest, 403 among them.
     *
     * @param status HTTP status, 400 to 599
     * @param sentence what the caller reads, not blank
     * @throws IllegalArgumentException if the status is no error status or the sentence is blank
     */
    public HookRejection(int status, String sentence) {
        this(status, Refusal.of(status), sentence);
    }

    /**
     * A rejection.
     *
     * @param status HTTP status, 400 to 599
     * @param refusal the reason
     * @param sentence what the caller reads, not blank
     * @throws IllegalArgumentException if the status is no error status, the reason does not go with it, or the
     *     sentence is blank
     */
    public HookRejection(int status, Refusal refusal, String sentence) {
        this(status, refusal, checked(sentence), () -> sentence);
    }

    private HookRejection(int status, Refusal refusal, String sentence, Supplier<String> source) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("A rejection needs an HTTP status from 400 to 599, not " + status + ".");
        }
        if (!requireNonNull(refusal, "A rejection needs a reason.").goesWith(status)) {
            throw new IllegalArgumentException("The reason " + refusal + " does not go with status " + status + ".");
        }
        this.status = status;
        this.refusal = refusal;
        this.sentence = sentence;
        this.source = requireNonNull(source, NO_SENTENCE);
        fillInStackTrace();
    }

    /**
     * Records the trace if the status is 500 or more. An exception without a trace by construction would not take a
     * cause later.
     */
    @Override
    public synchronized Throwable fillInStackTrace() {
        // Called by the constructor of Throwable too, before there is a status.
        return status < 500 ? this : super.fillInStackTrace();
    }

    /**
     * 401, {@link Refusal#UNAUTHENTICATED}: the caller is unknown.
     *
     * @param sentence what the caller reads
     * @return the rejection, to be thrown
     */
    public static HookRejection unauthorized(String sentence) {
        return new HookRejection(401, sentence);
    }

    /**
     * 402, {@link Refusal#PAYMENT_REQUIRED}: the caller cannot pay (RFC 9110 section 15.5.3 reserves the status; both
     * hosts use it so).
     *
     * @param sentence what the caller reads
     * @return the rejection, to be thrown
     */
    public static HookRejection paymentRequired(String sentence) {
        return new HookRejection(402, sentence);
    }

    /**
     * 403, {@link Refusal#OTHER}: the caller is known and may not, for a reason that {@link Refusal} has no word for.
     *
     * @param sentence what the caller reads
     * @return the rejection, to be thrown
     */
    public static HookRejection forbidden(String sentence) {
        return forbidden(Refusal.OTHER, sentence);
    }

    /**
     * 403: the caller is known and may not.
     *
     * @param refusal the reason, one that goes with 403
     * @param sentence what the caller reads
     * @return the rejection, to be thrown
     * @throws IllegalArgumentException if the reason goes with another status
     */
    public static HookRejection forbidden(Refusal refusal, String sentence) {
        return new HookRejection(403, refusal, sentence);
    }

    /**
     * 403, with a sentence that is made when it is read: for a hook that denies often, as most denials are never read.
     *
     * @param refusal the reason, one that goes with 403
     * @param sentence gives what the caller reads, not blank, the same each time; from any thread, and maybe after the
     *     hook has left. If it fails, the sentence is the reason alone
     * @return the rejection, to be thrown
     * @throws IllegalArgumentException if the reason goes with another status
     */
    public static HookRejection forbidden(Refusal refusal, Supplier<String> sentence) {
        return new HookRejection(403, refusal, "", sentence);
    }

    /**
     * 503, {@link Refusal#UNAVAILABLE}: the hook cannot tell now.
     *
     * @param sentence what the caller reads
     * @return the rejection, to be thrown
     */
    public static HookRejection unavailable(String sentence) {
        return new HookRejection(503, sentence);
    }

    /**
     * The sentence.
     *
     * @return what the caller reads
     */
    @Override
    public String getMessage() {
        if (sentence.isEmpty()) {
            sentence = made();
        }
        return sentence;
    }

    private String made() {
        try {
            return checked(source.get());
        } catch (RuntimeException | LinkageError failed) {
            // The bundle of the hook may have been replaced since, and its classes cannot be loaded any more.
            return "Refused: " + refusal;
        }
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        getMessage();
        out.defaultWriteObject();
    }

    /**
     * The HTTP status that the host answers with.
     *
     * @return 400 to 599
     */
    public int status() {
        return status;
    }

    /**
     * The reason, for programs.
     *
     * @return one that goes with the status
     */
    public Refusal refusal() {
        return refusal;
    }

    /**
     * Whether the hook could not tell, as opposed to having decided.
     *
     * @return true for status 503
     */
    public boolean isUnavailable() {
        return status == 503;
    }

    private static String checked(String sentence) {
        if (requireNonNull(sentence, NO_SENTENCE).isBlank()) {
            throw new IllegalArgumentException(NO_SENTENCE);
        }
        return sentence;
    }
}
