package id.lum.tour.internal;

import java.io.PrintStream;
import java.util.function.Supplier;

/** Tells the story on the console, and counts the answers that were not the ones it expects. */
final class Narrator {
    private final PrintStream out;
    private int right;
    private int wrong;

    Narrator(PrintStream out) {
        this.out = out;
    }

    /** Counts on from what chapters before this one have counted. */
    void goOnFrom(Progress before) {
        right += before.right();
        wrong += before.wrong();
    }

    Progress progress(int chapters, int told) {
        return new Progress(chapters, told, right, wrong);
    }

    void scene(String title) {
        out.println();
        out.println(title);
    }

    void say(String sentence) {
        out.println("  " + sentence);
    }

    /** Tells what came of a question, and whether it should have. */
    void expect(String question, String expected, Supplier<String> answer) {
        check(question, expected, answer.get());
    }

    void check(String question, String expected, String answer) {
        if (answer.equals(expected)) {
            right++;
            say(question + " -> " + answer);
        } else {
            wrong++;
            say("WRONG: " + question + " -> " + answer + ", where this was expected: " + expected);
        }
    }

    boolean isWrong() {
        return wrong > 0;
    }

    void end() {
        out.println();
        out.println(
                isWrong()
                        ? "The tour is over: " + wrong + " of " + (right + wrong) + " answers were WRONG."
                        : "The tour is over: all " + right + " answers were right.");
        out.flush();
    }
}
