package id.lum.traffic;

import id.lum.hooks.HookRejection;
import id.lum.hooks.Refusal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** Asks for the callers, and counts what they were told, the right and the wrong. Safe for many threads. */
final class AnswerChecker {
    static final int ALLOWED = 200;

    private static final int THREW = -1;
    private static final int TROUBLE_KEPT = 20;

    /** What lum.id's provider says of a token that it cannot ask about. */
    private static final String LUMID_IS_AWAY = "Identity provider unavailable";

    /** What a question was answered: 200, or the status, the reason and the sentence of the rejection. */
    record Answer(int status, Optional<Refusal> refusal, String sentence) {
        boolean saysLumidIsAway() {
            return status == 503 && sentence.equals(LUMID_IS_AWAY);
        }
    }

    // Odd while a swap is under way.
    private final AtomicInteger swaps = new AtomicInteger();
    private final LongAdder calls = new LongAdder();
    private final LongAdder denials = new LongAdder();
    private final Map<DenialRule, LongAdder> denialsByRule = new ConcurrentHashMap<>();
    private final LongAdder failed = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAdder wrongAllows = new LongAdder();
    private final LongAdder away = new LongAdder();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);
    private final Latencies swapped = new Latencies();
    private final Latencies undisturbed = new Latencies();
    private final Queue<String> trouble = new ConcurrentLinkedQueue<>();

    /** @return whether it was allowed */
    boolean expectAllowed(String what, Runnable question) {
        Answer answer = ask(question);
        judge(ALLOWED, answer, false, what);
        return answer.status() == ALLOWED;
    }

    void expectDenied(int status, String what, Runnable question) {
        judge(status, ask(question), false, what);
    }

    /** Denied by another rule is wrong as well: it would not be denied for long. */
    void expectDenied(DenialRule rule, String what, Runnable question) {
        judge(rule, ask(question), what);
    }

    /** @param mayBeAllowed whether both an allow and this denial are right */
    void judge(DenialRule rule, Answer answer, boolean mayBeAllowed, String what) {
        if (!mayBeAllowed || answer.status() != ALLOWED) {
            judge(rule, answer, what);
        }
    }

    /** A token about which lum.id cannot be asked. */
    void judgeAway(Answer answer, String what) {
        if (answer.saysLumidIsAway()) {
            away.increment();
        } else if (answer.status() == 503) {
            failed(what + " -> " + answer + ", which is not of lum.id");
        } else {
            judge(503, answer, false, what);
        }
    }

    private void judge(DenialRule rule, Answer answer, String what) {
        if (answer.status() == rule.status() && !rule.isToldBy(answer)) {
            note(what + " -> " + answer + ", which is not: " + rule);
            wrong.increment();
            return;
        }
        judge(rule.status(), answer, false, what);
        if (answer.status() == rule.status()) {
            denialsByRule.computeIfAbsent(rule, first -> new LongAdder()).increment();
        }
    }

    Answer ask(Runnable question) {
        int before = swaps.get();
        long start = System.nanoTime();
        try {
            question.run();
            return new Answer(ALLOWED, Optional.empty(), "");
        } catch (HookRejection rejection) {
            return new Answer(rejection.status(), Optional.of(rejection.refusal()), rejection.getMessage());
        } catch (RuntimeException unexpected) {
            note(unexpected.toString());
            return new Answer(THREW, Optional.empty(), "");
        } finally {
            long took = System.nanoTime() - start;
            longest.accumulate(took);
            (before % 2 == 0 && before == swaps.get() ? undisturbed : swapped).add(took);
            calls.increment();
        }
    }

    /** @param mayBeDenied whether a 403 is right too */
    void judge(int expected, Answer answer, boolean mayBeDenied, String what) {
        int status = answer.status();
        if (status == expected || (mayBeDenied && status == 403)) {
            if (expected != ALLOWED) {
                denials.increment();
            }
            return;
        }
        note(what + " -> " + status + ", expected " + expected);
        if (status == 503 || status == THREW) {
            failed.increment();
        } else {
            wrong.increment();
            if (status == ALLOWED) {
                wrongAllows.increment();
            }
        }
    }

    /** What a caller was told was of the right kind, and yet wrong. */
    void wrong(String what) {
        note(what);
        wrong.increment();
    }

    void failed(String what) {
        note(what);
        failed.increment();
    }

    long calls() {
        return calls.sum();
    }

    /** Odd while a swap is under way. */
    int swaps() {
        return swaps.get();
    }

    void swapBeginsOrEnds() {
        swaps.incrementAndGet();
    }

    Report report() {
        Map<DenialRule, Long> byRule = new EnumMap<>(DenialRule.class);
        for (DenialRule rule : DenialRule.values()) {
            Optional.ofNullable(denialsByRule.get(rule)).ifPresent(count -> byRule.put(rule, count.sum()));
        }
        return new Report(
                calls.sum(),
                denials.sum(),
                byRule,
                failed.sum(),
                wrong.sum(),
                wrongAllows.sum(),
                away.sum(),
                TimeUnit.NANOSECONDS.toMillis(longest.get()),
                swapped.percentileMicros(99),
                undisturbed.percentileMicros(99),
                List.copyOf(trouble));
    }

    private void note(String what) {
        if (trouble.size() < TROUBLE_KEPT) {
            trouble.add(what);
        }
    }
}
