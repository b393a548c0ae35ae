package id.lum.engine.internal;

import static java.util.Objects.requireNonNullElse;

import id.lum.hooks.LogSafe;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A hook's exception for the log: bounded, and each line indented and escaped, so that no text in it can pass for a
 * line of the log.
 *
 * <p>The message of an exception may quote what the hook was given, in whatever encoding. So a question that carries a
 * secret is logged with classes and stack frames alone.
 */
final class FailureTrace {
    private static final int MAX_EXCEPTIONS = 16;
    private static final int MAX_FRAMES = 60;
    private static final Set<String> VIEW = Set.of(ComposedView.class.getName(), HookDispatcher.class.getName());
    private static final String INDENT = System.lineSeparator() + "    ";

    private record Link(String label, Throwable failure) {}

    private final boolean messages;
    private final StringBuilder text = new StringBuilder();
    private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Link> open = new ArrayDeque<>();

    private FailureTrace(boolean messages) {
        this.messages = messages;
    }

    /** @param messages whether the messages of the exceptions may be shown */
    static String of(Throwable failure, boolean messages) {
        FailureTrace trace = new FailureTrace(messages);
        trace.open.add(new Link("", failure));
        while (!trace.open.isEmpty() && trace.seen.size() < MAX_EXCEPTIONS) {
            Link next = trace.open.remove();
            if (trace.seen.add(next.failure())) {
                trace.append(next);
            }
        }
        return trace.text.toString();
    }

    private void append(Link link) {
        Throwable failure = link.failure();
        text.append(INDENT).append(link.label()).append(failure.getClass().getName());
        if (messages) {
            String message = unlessItThrows(failure::getMessage, "(its message cannot be had)");
            text.append(message == null ? "" : ": " + LogSafe.of(message));
        }
        StackTraceElement[] none = {};
        StackTraceElement[] frames = requireNonNullElse(unlessItThrows(failure::getStackTrace, none), none);
        int shown = shown(frames);
        for (int i = 0; i < shown; i++) {
            text.append(INDENT).append("  at ").append(LogSafe.of(String.valueOf(frames[i])));
        }
        if (frames.length > shown) {
            text.append(INDENT).append("  and ").append(frames.length - shown).append(" more");
        }
        for (Throwable suppressed : failure.getSuppressed()) {
            open.add(new Link("Suppressed: ", suppressed));
        }
        Throwable cause = unlessItThrows(failure::getCause, null);
        if (cause != null) {
            open.addFirst(new Link("Caused by: ", cause));
        }
    }

    /** Down to the first frame of the view: those below are of the view and its caller, and the same every time. */
    private static int shown(StackTraceElement[] frames) {
        for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
            // A foreign exception may have a frame that is null.
            if (frames[i] != null && VIEW.contains(frames[i].getClassName())) {
                return i + 1;
            }
        }
        return Math.min(frames.length, MAX_FRAMES);
    }

    /** These methods are foreign code. */
    private static <T> T unlessItThrows(Supplier<T> question, T otherwise) {
        try {
            return question.get();
        } catch (Throwable alsoFailed) {
            return otherwise;
        }
    }
}
