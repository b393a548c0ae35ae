package com.example.store;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** The secrets are the values of one properties file: {@code PROPS://runmesh-bridge} is that of this key. */
@Component(
        service = TokenStore.class,
        configurationPid = PropertiesTokenStore.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = TokenStore.PREFIX + "=PROPS")
public final class PropertiesTokenStore implements TokenStore {
    static final String PID = "com.example.store";

    private final Optional<Path> file;

    @Activate
    public PropertiesTokenStore(Map<String, Object> properties) {
        this.file = Optional.ofNullable(properties.get("file")).map(text -> Path.of(text.toString()));
    }

    @Override
    public String value(String path, String metadata) throws TokenStoreException {
        Path open = file.orElseThrow(
                () -> new TokenStoreException(Reason.CLIENT_INITIALIZATION_FAILED, PID + ": file is not set"));
        // Read at every call, so that a rotated secret is seen.
        Properties secrets = new Properties();
        try (Reader reader = Files.newBufferedReader(open)) {
            secrets.load(reader);
        } catch (IOException failed) {
            throw new TokenStoreException(Reason.SERVICE_CALL_FAILED, failed.getClass().getSimpleName());
        }
        return Optional.ofNullable(secrets.getProperty(path))
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> new TokenStoreException(Reason.RETRIEVAL_FAILED, "no such key, or no value"));
    }
}
