package id.lum.support.plugin;

import id.lum.support.json.JsonReader;
import id.lum.support.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.event.Level;

/**
 * A line that a plugin printed. Plugins log JSON objects with the members {@code @level} and {@code @message}; of
 * further members, which may hold anything, nothing is kept.
 */
record OutputLine(Level level, String text) {
    private static final Pattern TAGGED = Pattern.compile("(?s)\\[(TRACE|DEBUG|INFO|WARN|ERROR)\\]\\s*+(.*+)");
    private static final Pattern CRASH = Pattern.compile("(?s)(panic: |fatal error: ).*+");

    /** @param crashing whether an earlier line began a crash, of which every further one is a part */
    static OutputLine of(String line, boolean crashing) {
        if (line.startsWith("{")) {
            try {
                Map<String, Object> entry = new JsonReader().object(line.getBytes(StandardCharsets.UTF_8));
                if (entry.get("@message") instanceof String message && entry.get("@level") instanceof String level) {
                    return new OutputLine(level(level), message);
                }
            } catch (MalformedJson otherText) {
                // It only begins like an entry.
            }
        }
        Matcher tagged = TAGGED.matcher(line);
        if (tagged.matches()) {
            return new OutputLine(level(tagged.group(1)), tagged.group(2));
        }
        return new OutputLine(crashing || beginsCrash(line) ? Level.ERROR : Level.DEBUG, line);
    }

    static boolean beginsCrash(String line) {
        return CRASH.matcher(line).matches();
    }

    private static Level level(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "trace" -> Level.TRACE;
            case "info" -> Level.INFO;
            case "warn" -> Level.WARN;
            case "error" -> Level.ERROR;
            default -> Level.DEBUG;
        };
    }

    /** It may quote a secret. */
    @Override
    public String toString() {
        return "a line of " + text.length() + " characters";
    }
}
