package id.lum.core.identity;

import id.lum.support.http.HeaderValues;
import java.util.Optional;

/** A token that may be one of lum.id's, as far as one can tell without asking. */
final class BearerCandidate {
    /** In bytes of UTF-8. No token of lum.id is as long, and a stranger must not make us send more. */
    static final int MAX_BYTES = 8 * 1024;

    private final String token;

    private BearerCandidate(String token) {
        this.token = token;
    }

    /** Empty for what cannot be a token: it is nobody's, and no request is made for it. */
    static Optional<BearerCandidate> of(String text) {
        // Legal characters are ASCII, so that their number is the number of bytes; asked first, because it costs
        // nothing.
        boolean plausible = text.length() <= MAX_BYTES && !text.isBlank() && HeaderValues.isLegal(text);
        return plausible ? Optional.of(new BearerCandidate(text)) : Optional.empty();
    }

    String token() {
        return token;
    }

    TokenKey key() {
        return TokenKey.of(token);
    }

    /** Not the token. */
    @Override
    public String toString() {
        return "a bearer token";
    }
}
