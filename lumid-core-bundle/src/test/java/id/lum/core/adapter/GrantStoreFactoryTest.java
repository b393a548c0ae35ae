package id.lum.core.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import id.lum.core.grants.GrantFilter;
import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.GrantStoreSettings;
import id.lum.core.internal.grants.Authorization;
import id.lum.core.internal.grants.SqliteGrantStore;
import id.lum.core.policy.ActionRule;
import id.lum.core.policy.Decision;
import id.lum.core.policy.KindRule;
import id.lum.core.policy.PermissionPolicy;
import id.lum.core.policy.PolicyEngine;
import id.lum.core.policy.PolicyOptions;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.support.lifecycle.Leased;
import id.lum.support.sqlite.JournalMode;
import id.lum.support.sqlite.ReopeningStore;
import id.lum.support.sqlite.StoreLimits;
import id.lum.support.sqlite.StoreSettings;
import id.lum.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What decides while the configuration changes: one policy, and the store it was configured with. */
class GrantStoreFactoryTest {
    private static final PermissionPolicy TABLE = PermissionPolicy.of(
            Set.of("*"),
            List.of(ActionRule.action("write", GrantLevel.WRITE)),
            List.of(KindRule.kind("prefix"), KindRule.kind("job")));
    private static final PolicyEngine CLAIMABLE =
            new PolicyEngine(TABLE, new PolicyOptions(Map.of(), Set.of("prefix")));
    private static final PolicyEngine STRICT = new PolicyEngine(TABLE, PolicyOptions.NONE);

    @TempDir
    Path folder;

    private final AtomicReference<Leased<Authorization>> published = new AtomicReference<>();
    private final ReopeningStore<AdapterSettings, Authorization> adapter =
            new ReopeningStore<>(new GrantStoreFactory(), published::set);
    private Path file;

    @BeforeEach
    void name() throws IOException {
        file = folder.toRealPath().resolve("acl.sqlite");
    }

    @AfterEach
    void close() {
        adapter.close();
    }

    private static AdapterSettings settings(Path file, PolicyEngine engine) {
        return settings(file, JournalMode.WAL, engine);
    }

    private static AdapterSettings settings(Path file, JournalMode mode, PolicyEngine engine) {
        StoreSettings database = new StoreSettings(file, mode, "id.lum.acme acl.db.path", StoreLimits.defaults());
        return new AdapterSettings(new GrantStoreSettings(database, 1000, Instant.EPOCH), engine);
    }

    private Decision claim(String principal, String id) {
        PrincipalContext who = new PrincipalContext(principal, "demo", "", "user", List.of());
        return published.get().withResource(leased -> leased.claim(who, ResourceRef.of("prefix", id), "write"));
    }

    private boolean mayClaim(String id) {
        return !(claim("stranger", id) instanceof Decision.Denied);
    }

    private SqliteGrantStore store() {
        return published.get().withResource(Authorization::store);
    }

    @Test
    void aStoreIsNeverServedUnderThePolicyOfAnother() throws Exception {
        Path strictFile = folder.resolve("strict.sqlite");
        adapter.apply(settings(file, CLAIMABLE));
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong asked = new AtomicLong();
        CompletableFuture<Void> strangers = CompletableFuture.runAsync(() -> {
            while (!stop.get()) {
                claim("stranger", "p" + asked.incrementAndGet());
            }
        });
        for (int change = 0; change < 40; change++) {
            adapter.apply(settings(strictFile, STRICT));
            adapter.apply(settings(file, CLAIMABLE));
        }
        adapter.apply(settings(strictFile, STRICT));
        stop.set(true);
        Await.result(strangers);
        assertThat(store().list(GrantFilter.ALL, 10)).isEmpty();
    }

    @Test
    void aChangeOfThePolicyAloneKeepsTheStoreOpenAndDecidesTheNextCall() {
        adapter.apply(settings(file, CLAIMABLE));
        SqliteGrantStore before = store();
        assertThat(mayClaim("one")).isTrue();
        adapter.apply(settings(file, STRICT));
        assertThat(mayClaim("two")).isFalse();
        assertThat(store()).isSameAs(before);
        adapter.apply(settings(file, CLAIMABLE));
        assertThat(mayClaim("two")).isTrue();
    }

    @Test
    void aCallThatIsUnderWayWhenThePolicyChangesDoesNotKeepTheChangeWaiting() throws Exception {
        adapter.apply(settings(file, CLAIMABLE));
        CountDownLatch leased = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        CompletableFuture<Boolean> slow =
                CompletableFuture.supplyAsync(() -> published.get().<Boolean>withResource(open -> {
                    leased.countDown();
                    Await.latch(changed);
                    return true;
                }));
        Await.latch(leased);
        adapter.apply(settings(file, STRICT));
        assertThat(mayClaim("one")).isFalse();
        changed.countDown();
        assertThat(Await.result(slow)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"link.sqlite", "./acl.sqlite", "new/../acl.sqlite", "folder-link/acl.sqlite"})
    void theSameFileByAnotherSpellingStaysOpenAndTheNewPolicyDecides(String spelling) throws IOException {
        adapter.apply(settings(file, CLAIMABLE));
        SqliteGrantStore before = store();
        Files.createSymbolicLink(folder.resolve("link.sqlite"), file);
        Files.createSymbolicLink(folder.resolve("folder-link"), folder);
        adapter.apply(settings(folder.resolve(spelling), STRICT));
        assertThat(mayClaim("one")).isFalse();
        assertThat(store()).isSameAs(before);
        adapter.apply(settings(file, CLAIMABLE));
        assertThat(mayClaim("one")).isTrue();
        assertThat(store()).isSameAs(before);
    }

    @Test
    void anotherJournalModeByAnotherSpellingOpensTheFileAgainAndKeepsTheGrants() throws IOException {
        adapter.apply(settings(file, CLAIMABLE));
        assertThat(mayClaim("one")).isTrue();
        Path link = Files.createSymbolicLink(folder.resolve("link.sqlite"), file);
        adapter.apply(settings(link, JournalMode.ROLLBACK, STRICT));
        assertThat(mayClaim("one")).isTrue();
        assertThat(mayClaim("two")).isFalse();
        assertThat(Files.exists(folder.resolve("acl.sqlite-wal"))).isFalse();
    }

    @Test
    void aLinkThatLeadsElsewhereAtTheNextChangeIsFollowed() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.sqlite"), file);
        Files.createFile(file);
        adapter.apply(settings(link, CLAIMABLE));
        assertThat(mayClaim("one")).isTrue();
        Files.delete(link);
        Files.createSymbolicLink(link, Files.createFile(folder.resolve("other.sqlite")));
        adapter.apply(settings(link, STRICT));
        assertThat(mayClaim("one")).as("a grant in the other file").isFalse();
    }

    @Test
    void aConfigurationWhoseStoreIsRefusedBringsNeitherItsStoreNorItsPolicy() {
        adapter.apply(settings(file, STRICT));
        adapter.apply(settings(folder, CLAIMABLE));
        assertThat(mayClaim("one")).isFalse();
    }
}
