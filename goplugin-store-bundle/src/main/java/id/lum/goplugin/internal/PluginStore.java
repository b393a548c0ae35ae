package id.lum.goplugin.internal;

import static java.util.Objects.requireNonNull;

import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import id.lum.support.lifecycle.StopDeadline;

/**
 * A plugin as a token store. A question that a process takes with it when it ends is put to the next one: to ask again
 * is safe.
 */
final class PluginStore implements TokenStore {
    /** A plugin that dies of the question is not asked a third time. */
    private static final int ATTEMPTS = 2;

    private volatile PluginSupervisor supervisor;

    PluginStore(PluginSupervisor supervisor) {
        this.supervisor = supervisor;
    }

    /** Asks another plugin from now on; a call that the former one takes with it when it ends, too. */
    void use(PluginSupervisor successor) {
        supervisor = successor;
    }

    @Override
    public String value(String path, String metadata) throws TokenStoreException {
        requireNonNull(path, "path");
        requireNonNull(metadata, "metadata");
        StopDeadline deadline = StopDeadline.within(supervisor.spec().callTimeout(), System::nanoTime);
        try {
            String value = ask(path, metadata, deadline);
            if (value.isEmpty()) {
                throw new TokenStoreException(Reason.EMPTY_RESPONSE, "the plugin has no value");
            }
            return value;
        } catch (PluginStartFailed failed) {
            throw new TokenStoreException(Reason.CLIENT_INITIALIZATION_FAILED, "the plugin: " + failed.getMessage());
        } catch (PluginCallFailed failed) {
            throw new TokenStoreException(failed.reason(), "the plugin answers with status " + failed.code());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new TokenStoreException(Reason.SERVICE_CALL_FAILED, "the call was interrupted");
        }
    }

    private String ask(String path, String metadata, StopDeadline deadline)
            throws PluginStartFailed, PluginCallFailed, InterruptedException {
        int attempts = 0;
        while (true) {
            PluginSupervisor asked = supervisor;
            try {
                PluginProcess process = asked.await(deadline.left());
                attempts++;
                try {
                    return process.value(path, metadata, deadline.left());
                } catch (PluginCallFailed failed) {
                    if (!failed.mayBeOfTheProcess()) {
                        throw failed;
                    }
                    asked.suspect(process);
                    if (attempts == ATTEMPTS || deadline.left().isZero() || process.isServing(deadline.left())) {
                        throw failed;
                    }
                    asked.awaitAnotherThan(process, deadline.left());
                }
            } catch (PluginStartFailed failed) {
                if (asked == supervisor) {
                    throw failed;
                }
            }
        }
    }
}
