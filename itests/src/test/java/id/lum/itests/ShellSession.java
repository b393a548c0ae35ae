package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A block of a page that shows what is typed in the shell of the container, and what it answers. */
final class ShellSession {
    private static final String PROMPT = "g! ";
    private static final String TOKEN = "Token: ";
    private static final Pattern BLOCK = Pattern.compile("^```[a-z]*\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    /** What a store has been asked so far, and when, differs from run to run. */
    private static final Pattern COUNTS = Pattern.compile("\\d+ answers?, the last \\d+ s ago|\\d+ answers?");

    private final List<Exchange> exchanges;

    private record Exchange(String command, List<String> answer) {
        /** What is typed when the command asks for a token. */
        List<String> token() {
            return answer.stream()
                    .filter(line -> line.startsWith(TOKEN))
                    .map(line -> line.substring(TOKEN.length()))
                    .toList();
        }
    }

    private ShellSession(List<Exchange> exchanges) {
        this.exchanges = List.copyOf(exchanges);
    }

    /**
     * The sessions of a page, in order.
     *
     * @param page below the root of the project
     */
    static List<ShellSession> of(String page) throws IOException {
        return BLOCK.matcher(Files.readString(Path.of("..", page)))
                .results()
                .map(block -> block.group(1))
                .filter(block -> block.startsWith(PROMPT) || block.contains("\n" + PROMPT))
                .map(ShellSession::parse)
                .toList();
    }

    private static ShellSession parse(String block) {
        List<Exchange> exchanges = new ArrayList<>();
        boolean inShell = false;
        for (String line : block.lines().toList()) {
            if (line.startsWith(PROMPT)) {
                exchanges.add(new Exchange(line.substring(PROMPT.length()), new ArrayList<>()));
                inShell = true;
            } else if (line.startsWith("$ ")) {
                // Typed elsewhere; the test has done it.
                inShell = false;
            } else if (inShell) {
                exchanges.get(exchanges.size() - 1).answer().add(line);
            }
        }
        return new ShellSession(exchanges);
    }

    /** The same, with another text in the place of one that is each reader's own, such as a path. */
    ShellSession with(String text, Object own) {
        return new ShellSession(exchanges.stream()
                .map(one -> new Exchange(one.command().replace(text, own.toString()), one.answer()))
                .toList());
    }

    /** Types every line, and expects the answers of the page. */
    void plays(Lumid container) throws Exception {
        for (Exchange exchange : exchanges) {
            assertThat(answer(container, exchange))
                    .as(exchange.command())
                    .containsExactlyElementsOf(comparable(exchange.answer().stream()));
        }
    }

    /** The same, as often as it takes until a file that was written counts. */
    void comesToPlay(Lumid container) throws Exception {
        Await.until("the answers are those of the page", () -> {
            for (Exchange exchange : exchanges) {
                if (!answer(container, exchange).equals(comparable(exchange.answer().stream()))) {
                    return false;
                }
            }
            return true;
        });
    }

    /**
     * Types every line of a session that shows no answers.
     *
     * @return what was answered to each
     */
    List<String> answers(Lumid container) throws Exception {
        List<String> answers = new ArrayList<>();
        for (Exchange exchange : exchanges) {
            answers.add(String.join("\n", answer(container, exchange)));
        }
        return answers;
    }

    private static List<String> answer(Lumid container, Exchange exchange) throws Exception {
        String typed = exchange.command();
        for (String token : exchange.token()) {
            int before = container.text().length();
            container.send(typed);
            Await.until(
                    "a token is asked for",
                    () -> container.text().substring(before).contains(TOKEN));
            typed = token;
        }
        return comparable(container.type(typed).lines());
    }

    private static List<String> comparable(Stream<String> lines) {
        return lines.map(line -> COUNTS.matcher(line).replaceAll("# answers").strip())
                .filter(line -> !line.isEmpty() && !line.startsWith(PROMPT.strip()) && !line.startsWith(TOKEN))
                .toList();
    }
}
