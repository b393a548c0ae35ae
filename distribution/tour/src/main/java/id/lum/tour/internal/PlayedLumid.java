package id.lum.tour.internal;

import id.lum.fakes.FakeLumid;
import id.lum.hooks.flowmesh.FlowmeshHooks;
import id.lum.traffic.LumidScript;
import id.lum.traffic.LumidScript.Account;

/** The lum.id of the tour: a server on this machine, which knows a few people, and can go away. */
final class PlayedLumid {
    static final Account BOB = account("bob");
    static final Account CAROL = account("carol");
    static final Account DORA = account("dora");
    static final Account ERIN = account("erin");
    static final Account ALICE = account("alice");

    private static final Account TESS = account("tess");
    private static final Account TIM = account("tim");

    /** Whom the traffic plays. */
    static final LumidScript TRAFFIC = new LumidScript(TESS, TIM, ALICE);

    private static final String READ = "flowmesh:workflows:read";
    private static final String WRITE = "flowmesh:workflows:write";

    private final LiveSettings settings;
    private final FakeLumid server;

    PlayedLumid(LiveSettings settings) {
        this.settings = settings;
        this.server = FakeLumid.start();
        knows(BOB, READ, WRITE);
        knows(CAROL, READ);
        knows(DORA, READ);
        knows(ERIN, "lumilake:jobs:read", "lumilake:jobs:write");
        knows(ALICE, "flowmesh:admin");
        knows(TESS, READ, WRITE);
        knows(TIM, READ);
    }

    /** Has its URL configured, live, and returns when tokens are looked up here. */
    void putInPlace(FlowmeshHooks hooks, Narrator narrator) {
        narrator.expect(
                "alice's token, while nobody answers at base.url",
                "503 Identity provider unavailable",
                () -> alice(hooks));
        narrator.say("An operator sets base.url in id.lum.core to a lum.id on this machine, while everything runs.");
        settings.change("id.lum.core", "base.url", server.url().toString());
        narrator.check("alice's token", "alice", Patience.eventually("alice", () -> alice(hooks)));
    }

    private static String alice(FlowmeshHooks hooks) {
        return Answers.of(() -> hooks.authenticate(ALICE.token()).principalId());
    }

    /** How many questions it was asked. */
    int requests() {
        return server.requests();
    }

    void goAway() {
        server.stop();
    }

    void comeBack() {
        server.comeBack();
    }

    private void knows(Account account, String... scopes) {
        server.issue(account.token(), account.principalId(), account.principalId() + "@example.com", scopes);
    }

    private static Account account(String name) {
        return new Account(name, name + "-token");
    }
}
