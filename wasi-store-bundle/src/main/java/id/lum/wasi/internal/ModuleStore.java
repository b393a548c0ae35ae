package id.lum.wasi.internal;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.support.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A module as a token store. When the module is exchanged, calls that have begun end with the old one, and the next
 * call goes to the new one. Thread-safe.
 */
final class ModuleStore implements TokenStore {
    private final JsonWriter json = new JsonWriter();
    private volatile ServedModule module;

    ModuleStore(ServedModule module) {
        this.module = module;
    }

    ServedModule module() {
        return module;
    }

    /** Returns the former module. Exchanges are made one at a time. */
    ServedModule exchange(ServedModule next) {
        ServedModule former = module;
        module = next;
        return former;
    }

    @Override
    public String value(String path, String metadata) throws TokenStoreException {
        requireNonNull(path, "path");
        requireNonNull(metadata, "metadata");
        byte[] request = request(path, metadata);
        try {
            return module.value(request, metadata);
        } catch (ModuleCallFailed failed) {
            throw new TokenStoreException(failed.reason(), "the module: " + failed.getMessage());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new TokenStoreException(Reason.SERVICE_CALL_FAILED, "the call was interrupted");
        }
    }

    /** The path comes first, so that a module can do without a reader for JSON. */
    private byte[] request(String path, String metadata) throws TokenStoreException {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("token", path);
        if (!metadata.isBlank()) {
            members.put("metadata", pairs(metadata));
        }
        members.put("version", "");
        try {
            return json.object(members);
        } catch (IllegalArgumentException surrogate) {
            throw new TokenStoreException(Reason.RETRIEVAL_FAILED, "the reference is not well-formed text");
        }
    }

    /** A pair that was left out, a version such as it may be, would have another secret in its answer. */
    private static Map<String, String> pairs(String metadata) throws TokenStoreException {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : metadata.split(",", -1)) {
            String[] sides = pair.split("=", -1);
            if (sides.length != 2 || sides[0].isBlank() || pairs.put(sides[0].strip(), sides[1].strip()) != null) {
                throw new TokenStoreException(
                        Reason.RETRIEVAL_FAILED, "the metadata is no list of different names, each with = and a value");
            }
        }
        return pairs;
    }
}
