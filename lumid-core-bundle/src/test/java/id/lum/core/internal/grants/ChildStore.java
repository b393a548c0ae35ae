package id.lum.core.internal.grants;

import id.lum.core.grants.GrantLevel;
import id.lum.core.grants.Sweep;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.support.sqlite.StoreRefused;
import id.lum.support.sqlite.StoreUnavailable;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A store in a JVM of its own. Told "hold", it opens the store and grants what it reads; told "work", it never stops
 * writing and says before each call what it tries and after it that it returned.
 */
final class ChildStore {
    static final int WORKERS = 4;
    static final int IDS = 20;

    private final SqliteGrantStore store;
    // Each line is one write to the pipe, so whatever was said before the end is heard.
    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    private ChildStore(Path path) {
        this.store = SqliteGrantStore.open(Stores.settings(path), Clock.systemUTC());
    }

    public static void main(String[] args) throws IOException {
        ChildStore child;
        try {
            child = new ChildStore(Path.of(args[1]));
        } catch (StoreRefused refused) {
            System.out.println("refused " + refused.getMessage());
            return;
        }
        if (args[0].equals("hold")) {
            child.hold();
        } else {
            child.work(Long.parseLong(args[2]), Integer.parseInt(args[3]));
        }
    }

    static Process start(String... args) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Starts faster, and the machine has other things to do.
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                classPath,
                ChildStore.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private synchronized void say(String line) {
        out.println(line);
    }

    private void hold() throws IOException {
        say("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            try {
                store.grant("workflow", line, "child", GrantLevel.WRITE);
                say("granted " + line);
            } catch (StoreUnavailable failed) {
                say("failed " + failed.getMessage());
            }
        }
        store.close();
        say("closed");
    }

    private void work(long seed, int stale) {
        for (int worker = 0; worker < WORKERS; worker++) {
            int name = worker;
            new Thread(() -> change(name, new Random(seed + name))).start();
        }
        say("ready");
        Random random = new Random(seed - 1);
        long start = System.nanoTime();
        long before = random.nextInt(50_000_000);
        while (System.nanoTime() - start < before) {
            Thread.onSpinWait();
        }
        List<ResourceRef> live = new ArrayList<>();
        for (int i = 1; i <= stale; i += 2) {
            live.add(ResourceRef.of("task", "t-" + i));
        }
        say("try reconcile");
        new GrantRegistrar(Stores.leased(store), Sweep.EVERY_KIND).reconcile(live);
        say("ok reconcile");
    }

    private void change(int worker, Random random) {
        GrantRegistrar registrar = new GrantRegistrar(Stores.leased(store), Sweep.EVERY_KIND);
        LeasedSharing sharing = new LeasedSharing("acme", Stores.leased(store));
        PrincipalContext owner = new PrincipalContext("owner", "", "", "user", List.of());
        for (; ; ) {
            ResourceRef resource = ResourceRef.of("workflow", worker + "-" + random.nextInt(IDS));
            String id = resource.id().orElseThrow();
            int what = random.nextInt(6);
            String call = (what < 2 ? "register" : what < 4 ? "share" : what == 4 ? "revoke" : "deregister");
            say("try " + call + " " + worker + " " + id);
            switch (call) {
                case "register" -> registrar.register(owner, resource);
                case "share" -> sharing.grant(resource, "guest", GrantLevel.READ);
                case "revoke" -> sharing.revoke(resource, "guest");
                default -> registrar.deregister(owner, resource);
            }
            say("ok " + call + " " + worker + " " + id);
        }
    }
}
