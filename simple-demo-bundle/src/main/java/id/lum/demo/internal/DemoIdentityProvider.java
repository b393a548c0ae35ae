package id.lum.demo.internal;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.HookRejection;
import id.lum.hooks.IdentityProvider;
import id.lum.hooks.PrincipalContext;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows callers by the file of tokens, and says "cannot tell" for as long as no good file was read. */
final class DemoIdentityProvider implements IdentityProvider {
    private static final Logger LOG = LoggerFactory.getLogger(DemoIdentityProvider.class);

    private final String host;
    private final RulesInForce rules;

    DemoIdentityProvider(String host, RulesInForce rules) {
        this.host = host;
        this.rules = rules;
    }

    @Override
    public Optional<PrincipalContext> resolve(String bearer) {
        requireNonNull(bearer, "bearer");
        Optional<Map<String, PrincipalContext>> tokens = rules.now().tokens().flatMap(TokenFile::tokens);
        if (tokens.isEmpty()) {
            LOG.info("{}: cannot tell who is calling, there are no good tokens.", host);
            throw HookRejection.unavailable("This server cannot read its tokens; its operator has to mend them.");
        }
        Optional<PrincipalContext> principal = Optional.ofNullable(tokens.get().get(bearer));
        LOG.info(
                "{}: {}; tokens in force: {}.",
                host,
                principal.map(known -> known + " is calling").orElse("an unknown token is not claimed"),
                tokens.get().size());
        return principal;
    }
}
