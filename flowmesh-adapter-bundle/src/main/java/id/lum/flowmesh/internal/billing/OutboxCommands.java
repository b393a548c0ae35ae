package id.lum.flowmesh.internal.billing;

import id.lum.flowmesh.internal.delivery.DeliveryStatus;
import id.lum.flowmesh.internal.outbox.DeadLetter;
import id.lum.flowmesh.internal.outbox.DeadLetters;
import id.lum.flowmesh.internal.outbox.OutboxMetrics;
import id.lum.flowmesh.internal.outbox.QueueStatus;
import id.lum.hooks.LogSafe;
import id.lum.support.shell.ShellUser;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shell commands {@code flowmesh:*} on usage rows that are not delivered yet. No e-mail address is shown. */
@Component(
        service = OutboxCommands.class,
        property = {
            "osgi.command.scope=flowmesh",
            "osgi.command.function=outbox",
            "osgi.command.function=waiting",
            "osgi.command.function=flush",
            "osgi.command.function=deadletters",
            "osgi.command.function=retry",
            "osgi.command.function=discard"
        })
public final class OutboxCommands {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxCommands.class);

    /** A few screens. */
    private static final int LISTED = 200;

    private final UsageOutbox outbox;

    /** @param outbox what they show */
    @Activate
    public OutboxCommands(@Reference UsageOutbox outbox) {
        this.outbox = outbox;
    }

    /** {@code flowmesh:outbox}: how many rows wait, how long, for what, and how long at most. */
    public String outbox() {
        return outbox.leased().withResource(open -> {
            OutboxMetrics metrics = open.outbox().metrics();
            DeliveryStatus delivery = open.delivery().status();
            return String.format(
                    Locale.ROOT,
                    "rows that wait                %d, of %d principals%n"
                            + "rows under way                %d%n"
                            + "principals not known now      %d%n"
                            + "oldest row                    %s%n"
                            + "dead letters                  %d%n"
                            + "not kept, billing being off   %d%n"
                            + "set aside                     after %d days, or %d refusals in a day or more%n"
                            + "circuit                       %s%n"
                            + "last trouble                  %s%n"
                            + "file                          %s%n"
                            + "synchronous                   %s",
                    metrics.pending(),
                    metrics.principals(),
                    delivery.underWay(),
                    metrics.withoutEmail(),
                    metrics.oldest().map(OutboxCommands::age).orElse("none"),
                    metrics.deadLetters(),
                    outbox.notBilled(),
                    delivery.policy().retention().toDays(),
                    delivery.policy().refusals(),
                    circuit(delivery),
                    Optional.of(delivery.lastTrouble())
                            .filter(trouble -> !trouble.isEmpty())
                            .orElse("none"),
                    open.outbox().place(),
                    open.outbox().synchronous());
        });
    }

    private static String age(Instant emitted) {
        Duration age = Duration.between(emitted, Clock.systemUTC().instant());
        return emitted + ", " + age.toSeconds() + " s ago";
    }

    private static String circuit(DeliveryStatus delivery) {
        return delivery.policy().runmesh().isEmpty()
                ? "no delivery: there is no Runmesh in the configuration, or it was refused"
                : delivery.openUntil()
                        .map(until -> "open: Runmesh is asked again at " + until)
                        .orElse("closed: rows are delivered to "
                                + delivery.policy().runmesh().get().baseUrl());
    }

    /** {@code flowmesh:waiting}: whose rows wait, for what, and until when. */
    public String waiting() {
        List<QueueStatus> queues =
                outbox.leased().withResource(open -> open.outbox().queues(LISTED + 1));
        return queues.isEmpty() ? "no row waits" : listed(queues, OutboxCommands::line);
    }

    private static String line(QueueStatus queue) {
        String why = queue.held()
                ? "the e-mail address is not known; they go on once the principal's token is seen"
                : queue.refusals() > 0
                        ? "refused " + queue.refusals() + " times, last: "
                                + queue.lastError().orElse("") + "; next try at " + queue.dueAt()
                        : queue.failures() > 0
                                ? "failed " + queue.failures() + " times, last: "
                                        + queue.lastError().orElse("") + "; next try at " + queue.dueAt()
                                        + " at the latest"
                                : "due";
        return String.format(
                Locale.ROOT,
                "%s: %d rows, the oldest of task %s emitted %s: %s",
                LogSafe.of(queue.principalId()),
                queue.rows(),
                LogSafe.of(queue.taskId()),
                queue.emittedAt(),
                why);
    }

    private static <R> String listed(List<R> all, Function<R, String> line) {
        String lines = all.stream().limit(LISTED).map(line).collect(Collectors.joining("\n"));
        return all.size() > LISTED ? lines + "\nand more" : lines;
    }

    /**
     * {@code flowmesh:flush}: tries now what waits for its next try, and asks Runmesh though it may have wanted to be
     * left alone. Rows whose principal is not known wait on.
     */
    public String flush() {
        outbox.leased().<Boolean>withResource(open -> {
            open.delivery().flush();
            return true;
        });
        LOG.info("{} has every usage row that waits tried now.", ShellUser.name());
        return "every row is tried now, but for those whose principal is not known";
    }

    /** {@code flowmesh:deadletters}: the rows that were set aside, and why. */
    public String deadletters() {
        List<DeadLetter> letters =
                outbox.leased().withResource(open -> open.outbox().deadLetters().list(LISTED + 1));
        return letters.isEmpty() ? "no dead letter" : listed(letters, OutboxCommands::line);
    }

    private static String line(DeadLetter letter) {
        return String.format(
                Locale.ROOT,
                "%d: task %s of %s, cost %s, emitted %s, set aside %s: %s",
                letter.id(),
                LogSafe.of(letter.taskId()),
                LogSafe.of(letter.principalId()),
                letter.cost().toPlainString(),
                letter.emittedAt(),
                letter.diedAt(),
                letter.reason());
    }

    /**
     * {@code flowmesh:retry ID} and {@code flowmesh:retry all}: sends dead letters again, behind their principals'
     * rows.
     */
    public String retry(String which) {
        boolean all = "all".equals(which);
        long id = all ? 0 : number(which);
        int retried = outbox.leased().withResource(open -> {
            DeadLetters letters = open.outbox().deadLetters();
            return all ? letters.retryAll() : letters.retry(id);
        });
        LOG.info("{} retried dead letter {}: {} rows.", ShellUser.name(), LogSafe.of(which), retried);
        return retried == 0 ? "there is no such dead letter" : retried + " to be delivered again";
    }

    /** {@code flowmesh:discard ID}: gives a dead letter up. Nobody is billed for it. */
    public String discard(String which) {
        long id = number(which);
        Optional<DeadLetter> given =
                outbox.leased().withResource(open -> open.outbox().deadLetters().discard(id));
        // The last trace of it.
        LOG.warn(
                "{} discarded dead letter {}",
                ShellUser.name(),
                given.map(OutboxCommands::line).orElse(id + ", which is not there"));
        return given.isPresent() ? "discarded" : "there is no such dead letter";
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "ID must be the number of a dead letter, as flowmesh:deadletters shows it.");
        }
    }
}
