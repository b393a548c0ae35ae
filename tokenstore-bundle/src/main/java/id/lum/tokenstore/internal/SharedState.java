package id.lum.tokenstore.internal;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** What the plugin and the refresh loop share. The loop writes rules and secrets; any thread reads them. */
final class SharedState {
    private final ConcurrentMap<String, DeliveryRecord> records = new ConcurrentHashMap<>();
    private volatile ResolutionRules rules;
    private volatile Map<SecretLocator, String> secrets = Map.of();
    private volatile boolean closed;

    SharedState(ResolutionRules rules) {
        this.rules = rules;
    }

    ResolutionRules rules() {
        return rules;
    }

    void rules(ResolutionRules next) {
        rules = next;
    }

    Map<SecretLocator, String> secrets() {
        return closed ? Map.of() : secrets;
    }

    void secrets(Map<SecretLocator, String> next) {
        secrets = closed ? Map.of() : Map.copyOf(next);
    }

    /** By PID: what was delivered of each configuration that a rule names or named. */
    ConcurrentMap<String, DeliveryRecord> records() {
        return records;
    }

    Optional<String> secret(SecretLocator locator) {
        return Optional.ofNullable(secrets().get(locator));
    }

    boolean isClosed() {
        return closed;
    }

    /** Serves nothing from now on, and keeps no secret. */
    void close() {
        closed = true;
        secrets = Map.of();
        records.clear();
    }
}
