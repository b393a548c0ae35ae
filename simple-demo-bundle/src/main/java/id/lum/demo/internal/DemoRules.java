package id.lum.demo.internal;

import java.util.Optional;
import java.util.Set;

/**
 * What the hooks of every host go by at the moment; replaced as a whole when the configuration changes.
 *
 * @param tokens who may come in; absent while the demo serves nobody
 * @param blockedPrincipals who may not submit
 */
record DemoRules(Optional<TokenFile> tokens, Set<String> blockedPrincipals) {
    static final DemoRules NONE = new DemoRules(Optional.empty(), Set.of());

    /** A path that did not change keeps its file, and with it the last good tokens. */
    DemoRules changedTo(DemoSettings settings) {
        Optional<TokenFile> next = settings.tokensFile()
                .filter(path -> !settings.hosts().isEmpty())
                .map(path -> tokens.filter(now -> now.path().equals(path)).orElseGet(() -> new TokenFile(path)));
        return new DemoRules(next, settings.blockedPrincipals());
    }
}
