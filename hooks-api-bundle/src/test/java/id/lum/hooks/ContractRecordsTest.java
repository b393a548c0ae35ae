package id.lum.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContractRecordsTest {
    private static final PrincipalContext BOB =
            new PrincipalContext("bob", "demo", "bob@example.com", "user", List.of("b", "a"));

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void blankPrincipalIdIsRefusedWithASentence(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PrincipalContext(id, "", "", "", List.of()))
                .withMessage("A principal needs an id that is not blank.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void blankKindIsRefusedWithASentence(String kind) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResourceRef.kindLevel(kind))
                .withMessage("A resource needs a kind that is not blank.");
    }

    @Test
    void scopesAreCopiedInTheirOrder() {
        List<String> scopes = new ArrayList<>(List.of("z", "a"));
        PrincipalContext principal = new PrincipalContext("p", "", "", "", scopes);
        scopes.add("admin");
        assertThat(principal.scopes()).containsExactly("z", "a");
        assertThatThrownBy(() -> principal.scopes().add("admin")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void metadataIsCopied() {
        Map<String, String> metadata = new HashMap<>(Map.of("a", "1"));
        ResourceRef resource = ResourceRef.of("workflow", "wf").withMetadata(metadata);
        metadata.put("b", "2");
        assertThat(resource.metadata()).containsOnly(Map.entry("a", "1"));
    }

    @Test
    void namesOfEqualHashCostNoMoreThanOthers() {
        Map<String, String> metadata = new HashMap<>();
        for (int i = 0; i < 1 << 17; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 17; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            metadata.put(name.toString(), "");
        }
        assertTimeoutPreemptively(Duration.ofSeconds(15), () -> {
            ResourceRef resource = ResourceRef.of("workflow", "wf").withMetadata(metadata);
            AccessibleIds ids = AccessibleIds.only(resource.metadata().keySet());
            assertThat(metadata.keySet()).allMatch(ids::contains);
        });
    }

    @Test
    void noIdIsNotAnEmptyId() {
        assertThat(ResourceRef.kindLevel("workflow")).isNotEqualTo(ResourceRef.of("workflow", ""));
        assertThat(ResourceRef.of("workflow", "").isKindLevel()).isFalse();
        assertThat(ResourceRef.kindLevel("workflow").isKindLevel()).isTrue();
        assertThat(ResourceRef.of("workflow", "").id()).isEqualTo(Optional.of(""));
    }

    @Test
    void aPrincipalPrintsOnOneLineAndWithoutItsExternalId() {
        assertThat(BOB.toString()).contains("bob", "demo", "b a").doesNotContain("@");
        assertThat(new PrincipalContext("evil\nroot", "o", "", "", List.of("s\r\n")).toString())
                .doesNotContain("\n", "\r")
                .contains("evil\\u000aroot");
    }

    @Test
    void aResourcePrintsOnOneLine() {
        assertThat(ResourceRef.of("work\u001bflow", "a\nb")).hasToString("work\\u001bflow a\\u000ab");
        assertThat(ResourceRef.kindLevel("workflow")).hasToString("any workflow");
    }

    @Test
    void holdsAnyComparesVerbatim() {
        assertThat(BOB.holdsAny(List.of("x", "a"))).isTrue();
        assertThat(BOB.holdsAny(List.of("A", " a", "a "))).isFalse();
        assertThat(BOB.holdsAny(List.of())).isFalse();
    }

    @Test
    void aRejectionNeedsAnErrorStatusAndASentence() {
        assertThat(HookRejection.paymentRequired("Pay.").status()).isEqualTo(402);
        assertThat(HookRejection.forbidden("No.").isUnavailable()).isFalse();
        assertThat(HookRejection.unavailable("Later.").isUnavailable()).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> new HookRejection(200, "Fine."));
        assertThatIllegalArgumentException().isThrownBy(() -> new HookRejection(600, "What."));
        assertThatIllegalArgumentException().isThrownBy(() -> new HookRejection(403, " "));
        assertThatNullPointerException()
                .isThrownBy(() -> HookRejection.forbidden((String) null))
                .withMessage("A rejection needs a sentence for the caller.");
    }

    @ParameterizedTest
    @CsvSource({
        "400, INVALID_REQUEST",
        "401, UNAUTHENTICATED",
        "402, PAYMENT_REQUIRED",
        "403, OTHER",
        "409, OTHER",
        "413, INVALID_REQUEST",
        "422, INVALID_REQUEST",
        "500, OTHER",
        "503, UNAVAILABLE"
    })
    void aStatusAloneTellsTheReason(int status, Refusal refusal) {
        assertThat(new HookRejection(status, "No.").refusal()).isEqualTo(refusal);
    }

    @Test
    void eachFactoryGivesAReasonThatGoesWithItsStatus() {
        assertThat(HookRejection.unauthorized("Who?").refusal()).isEqualTo(Refusal.UNAUTHENTICATED);
        assertThat(HookRejection.paymentRequired("Pay.").refusal()).isEqualTo(Refusal.PAYMENT_REQUIRED);
        assertThat(HookRejection.forbidden("No.").refusal()).isEqualTo(Refusal.OTHER);
        assertThat(HookRejection.forbidden(Refusal.BLOCKED, "No.").refusal()).isEqualTo(Refusal.BLOCKED);
        assertThat(HookRejection.unavailable("Later.").refusal()).isEqualTo(Refusal.UNAVAILABLE);
    }

    @Test
    void aReasonOfAnotherStatusIsRefusedWithASentence() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HookRejection.forbidden(Refusal.PAYMENT_REQUIRED, "No."))
                .withMessage("The reason PAYMENT_REQUIRED does not go with status 403.");
        assertThatIllegalArgumentException().isThrownBy(() -> new HookRejection(503, Refusal.OTHER, "Later."));
        assertThatIllegalArgumentException().isThrownBy(() -> new HookRejection(401, Refusal.UNAVAILABLE, "Who?"));
    }

    @ParameterizedTest
    @CsvSource({"400, false", "403, false", "499, false", "500, true", "503, true", "599, true"})
    void aRejectionHasATraceFromStatus500On(int status, boolean traced) {
        assertThat(new HookRejection(status, "No.").getStackTrace().length > 0).isEqualTo(traced);
    }

    @Test
    void aRejectionWithoutATraceTakesACauseLater() {
        HookRejection rejection = HookRejection.forbidden("No.");
        IllegalStateException cause = new IllegalStateException("why");
        assertThat(rejection.initCause(cause)).hasCause(cause);
    }

    @Test
    void aRejectionIsTheSameAfterSerialization() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(HookRejection.forbidden(Refusal.NO_GRANT, "Not yours."));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            HookRejection read = (HookRejection) in.readObject();
            assertThat(read.status()).isEqualTo(403);
            assertThat(read.refusal()).isEqualTo(Refusal.NO_GRANT);
            assertThat(read).hasMessage("Not yours.").hasToString("id.lum.hooks.HookRejection: Not yours.");
        }
    }

    @Test
    void aSentenceIsMadeWhenItIsReadAndOnce() throws Exception {
        List<String> made = new ArrayList<>();
        HookRejection rejection = HookRejection.forbidden(Refusal.NO_GRANT, () -> {
            made.add("once");
            return "Not yours.";
        });
        assertThat(made).isEmpty();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(rejection);
        }
        assertThat(rejection).hasMessage("Not yours.").hasToString("id.lum.hooks.HookRejection: Not yours.");
        assertThat(made).hasSize(1);
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat((HookRejection) in.readObject()).hasMessage("Not yours.");
        }
    }

    @Test
    void aSentenceThatCannotBeMadeIsTheReason() {
        assertThat(HookRejection.forbidden(Refusal.NO_GRANT, () -> {
                    throw new NoClassDefFoundError("id/lum/Gone");
                }))
                .hasMessage("Refused: NO_GRANT");
        assertThat(HookRejection.forbidden(Refusal.NO_GRANT, () -> " ")).hasMessage("Refused: NO_GRANT");
    }

    @Test
    void aLongTextIsCutAndMarked() {
        assertThat(LogSafe.of("x".repeat(LogSafe.LIMIT))).hasSize(LogSafe.LIMIT);
        assertThat(LogSafe.of("x".repeat(LogSafe.LIMIT + 1)))
                .hasSize(LogSafe.LIMIT + 1)
                .endsWith("…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\u001b[2J", "\u0000", "\u2028", "\u2029", "\u202e", "\u0085", "\ud800"})
    void whatForgesALineOrPaintsATerminalIsEscaped(String evil) {
        assertThat(LogSafe.of("a" + evil + "b")).startsWith("a\\u").matches("[ -~]*");
    }

    @Test
    void ordinaryTextOfAnyScriptIsLeftAlone() {
        assertThat(LogSafe.of("Zürich 東京 🙂")).isEqualTo("Zürich 東京 🙂");
        assertThat(LogSafe.of("a\\u000ab")).isEqualTo("a\\\\u000ab");
    }
}
