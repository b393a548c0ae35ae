package id.lum.tour.internal;

import id.lum.fakes.FakeOptimizer;
import id.lum.traffic.LumidScript.Account;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The remote optimizer of the tour: a server on this machine, which notes by whose token it was asked. */
final class PlayedOptimizer {
    /** As in the tour's {@code id.lum.lumilake.cfg}. */
    private static final String RUNTIME_TOKEN = "runtime-token-of-the-tour";

    private final LiveSettings settings;
    private final FakeOptimizer server;

    PlayedOptimizer(LiveSettings settings) {
        this.settings = settings;
        this.server = FakeOptimizer.start("balanced", "cheapest");
        server.demandForCatalog(RUNTIME_TOKEN);
    }

    /** Has its URL configured, live. */
    void putInPlace() {
        settings.change("id.lum.lumilake", "optimizer.url", server.url().toString());
    }

    void takeAway() {
        settings.change("id.lum.lumilake", "optimizer.url", "");
    }

    /** Whose tokens it has been sent with jobs, by the names of those who hold them. */
    String tokensOfJobs(List<Account> known) {
        return server.scheduleAuthorizations().stream()
                .map(sent -> name(sent, known))
                .collect(Collectors.joining(", "));
    }

    private static String name(Optional<String> sent, List<Account> known) {
        return known.stream()
                .filter(account -> sent.equals(Optional.of("Bearer " + account.token())))
                .findFirst()
                .map(Account::principalId)
                .orElse("somebody else");
    }
}
