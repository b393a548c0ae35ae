package id.lum.demo.internal;

import id.lum.support.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the configuration {@code id.lum.demo} says, checked: as soon as there is a host, there is a file of tokens.
 *
 * @param hosts the hosts to serve, in order; maybe none
 * @param tokensFile where the tokens are
 * @param blockedPrincipals who may not submit
 */
record DemoSettings(List<String> hosts, Optional<Path> tokensFile, Set<String> blockedPrincipals) {
    static final String PID = "id.lum.demo";
    static final String HOSTS = "hosts";
    static final String TOKENS_FILE = "tokens.file";
    static final String BLOCKED_PRINCIPALS = "blocked.principals";
    static final Set<String> KNOWN = Set.of(HOSTS, TOKENS_FILE, BLOCKED_PRINCIPALS);

    /** @throws id.lum.support.config.SettingRefused if any of it is wrong */
    static DemoSettings parse(Settings settings) {
        List<String> hosts = settings.names(HOSTS);
        Optional<Path> tokensFile = settings.path(TOKENS_FILE);
        if (!hosts.isEmpty() && tokensFile.isEmpty()) {
            throw settings.refuse(
                    TOKENS_FILE,
                    "must be the path of the file with the tokens to accept, because " + HOSTS
                            + " names a host; a file that does not exist is created with two demo tokens");
        }
        return new DemoSettings(hosts, tokensFile, Set.copyOf(settings.list(BLOCKED_PRINCIPALS)));
    }
}
