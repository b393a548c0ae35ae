package id.lum.core.identity;

import id.lum.hooks.LogSafe;
import java.util.List;
import java.util.Optional;

/** What came of asking about a token. */
sealed interface IntrospectionAnswer {

    /** The token is active and has a subject. */
    record Active(String sub, Optional<String> email, List<String> scopes, Expiry expiry)
            implements IntrospectionAnswer {
        public Active {
            scopes = List.copyOf(scopes);
        }

        /** One line for logs, without the e-mail address. */
        @Override
        public String toString() {
            return "claimed by " + LogSafe.of(sub) + ", scopes " + LogSafe.of(String.join(" ", scopes));
        }
    }

    /** The token is rejected. */
    record Rejected(Reason reason) implements IntrospectionAnswer {
        /** Why. All but the first point to something wrong at lum.id or with a clock. */
        enum Reason {
            INACTIVE,
            NO_SUBJECT,
            EXPIRED
        }
    }

    /**
     * There is no answer that can be relied on.
     *
     * @param cause by which failures are told apart: a few words of ours
     * @param reason for the log
     */
    record Unusable(String cause, String reason) implements IntrospectionAnswer {
        Unusable(String cause) {
            this(cause, cause);
        }
    }
}
