package id.lum.flowmesh.internal;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.flowmesh.internal.billing.BalanceCheck;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.support.config.SingletonConfiguration;
import id.lum.testing.Await;
import id.lum.testing.CapturedLog;
import id.lum.testing.EmptyFramework;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The adapter as a whole, in a real framework. */
class FlowmeshAdapterTest {
    private static final PrincipalContext BOB = new PrincipalContext("bob", "lumid", "bob", "user", List.of());

    @TempDir
    Path folder;

    @Test
    void aCheckThatWaitsForTheCoreAtAStopIsRefusedAndNoOutageIsLogged() throws Exception {
        try (EmptyFramework framework = new EmptyFramework(folder.resolve("framework"))) {
            SingletonConfiguration.Owner adapter = open(framework);
            BalanceCheck check = framework.awaitService(BalanceCheck.class);
            CompletableFuture<Integer> status = new CompletableFuture<>();
            Thread caller = new Thread(() -> status.complete(status(check)));
            caller.start();
            Await.until("it waits for the core", () -> caller.getState() == Thread.State.TIMED_WAITING);
            try (CapturedLog log = new CapturedLog()) {
                adapter.close();
                assertThat(Await.result(status)).isEqualTo(503);
                assertThat(log.text()).doesNotContain("Submissions are refused");
            }
        }
    }

    private SingletonConfiguration.Owner open(EmptyFramework framework) {
        return FlowmeshAdapter.open(
                framework.context(),
                Map.of(
                        "acl.db.path",
                        folder.resolve("acl.sqlite").toString(),
                        "outbox.db.path",
                        folder.resolve("outbox.sqlite").toString(),
                        "billing.base.url",
                        "http://127.0.0.1:1",
                        ".bridge.secret",
                        "bridge-of-the-test",
                        "balance.guard",
                        "on"));
    }

    private static int status(BalanceCheck check) {
        try {
            check.check(BOB);
            return 200;
        } catch (HookRejection rejection) {
            return rejection.status();
        }
    }
}
