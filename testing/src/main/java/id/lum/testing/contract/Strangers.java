package id.lum.testing.contract;

import id.lum.hooks.PrincipalContext;
import java.util.List;

/** Who and what turns up from outside. */
final class Strangers {
    /** Ids and names that strangers choose. */
    static final List<String> TEXTS = List.of(
            "",
            " ",
            "two words",
            "two\nlines",
            "\u0000",
            "\u001b[31mred",
            "'; DELETE FROM acl_grants; --",
            "%",
            "../../etc/passwd",
            "Zoë",
            "\u202etxt.exe",
            "\ud83d\ude80",
            "back\\slash",
            "x".repeat(10_000));

    private Strangers() {}

    /** Somebody without any scope. */
    static PrincipalContext principal(String id) {
        return new PrincipalContext(id, "contract", id + "@example.com", "user", List.of());
    }
}
