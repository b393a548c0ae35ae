package id.lum.demo.internal;

import id.lum.support.config.DeclaredSettings;
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
    /**
     * Reads them.
     *
     * @return the settings, if none of them is refused
     */
    static DemoSettings parse(DeclaredSettings<DemoConfiguration> settings) {
        List<String> hosts = settings.names(DemoConfiguration::hosts);
        Optional<Path> tokensFile = settings.path(DemoConfiguration::tokens_file);
        if (!hosts.isEmpty() && tokensFile.isEmpty()) {
            settings.refuse(
                    DemoConfiguration::tokens_file,
                    "must be the path of the file with the tokens to accept, because hosts names a host; a file that"
                            + " does not exist is created with two demo tokens");
        }
        return new DemoSettings(hosts, tokensFile, Set.copyOf(settings.list(DemoConfiguration::blocked_principals)));
    }
}
