package com.example.host;

import id.lum.hooks.AccessibleIds;
import id.lum.hooks.HookRejection;
import id.lum.hooks.PrincipalContext;
import id.lum.hooks.ResourceRef;
import id.lum.hooks.host.HostHooks;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** A host that keeps jobs in memory. Its methods are shell commands, so that it can be tried without a network. */
@Component(
        service = JobServer.class,
        immediate = true,
        property = {
            "osgi.command.scope=acme",
            "osgi.command.function=submit",
            "osgi.command.function=read",
            "osgi.command.function=jobs",
            "osgi.command.function=finish",
            "osgi.command.function=delete",
            "osgi.command.function=reconcile"
        })
public final class JobServer {
    private static final String JOB = "job";

    private final Map<String, String> ownerOf = new ConcurrentHashMap<>();
    private final HostHooks<Job> hooks;

    @Activate
    public JobServer(@Reference(target = "(hook.host=acme)") HostHooks<Job> hooks) {
        this.hooks = hooks;
    }

    /** Submits a job. A web server would call {@code hooks.authenticate(bearer)} first. */
    public String submit(PrincipalContext principal, String id) {
        return answer(() -> {
            hooks.checkSubmission(principal);
            hooks.require(principal, ResourceRef.kindLevel(JOB), "write");
            if (ownerOf.putIfAbsent(id, principal.principalId()) != null) {
                throw new HookRejection(409, "There is a job of this name.");
            }
            try {
                hooks.register(principal, ResourceRef.of(JOB, id));
            } catch (HookRejection rejection) {
                // Nobody owns it yet, so it must not exist.
                ownerOf.remove(id);
                throw rejection;
            }
        });
    }

    public String read(PrincipalContext principal, String id) {
        return answer(() -> hooks.require(principal, ResourceRef.of(JOB, id), "read"));
    }

    public Set<String> jobs(PrincipalContext principal) {
        AccessibleIds accessible = hooks.accessibleIds(principal, JOB, "read");
        Set<String> ids = new TreeSet<>(ownerOf.keySet());
        ids.removeIf(id -> !accessible.contains(id));
        return ids;
    }

    /** Emits a usage row. If this answers 503 the host keeps the row and emits it again later. */
    public String finish(PrincipalContext principal, String id) {
        return answer(() -> {
            hooks.require(principal, ResourceRef.of(JOB, id), "write");
            hooks.emit(List.of(new Job(id, principal.principalId(), 60)));
        });
    }

    public String delete(PrincipalContext principal, String id) {
        return answer(() -> {
            hooks.require(principal, ResourceRef.of(JOB, id), "write");
            ownerOf.remove(id);
            hooks.deregister(principal, ResourceRef.of(JOB, id));
        });
    }

    /** To be called after each start, when every stored job is known, and again until it answers 200. */
    public String reconcile() {
        return answer(() -> hooks.reconcile(
                ownerOf.keySet().stream().map(id -> ResourceRef.of(JOB, id)).toList()));
    }

    private static String answer(Runnable request) {
        try {
            request.run();
            return "200";
        } catch (HookRejection rejection) {
            return rejection.status() + " " + rejection.getMessage();
        }
    }
}
