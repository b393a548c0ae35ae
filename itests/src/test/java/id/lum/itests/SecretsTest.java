package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The search for secrets finds them in every spelling, and nothing else. */
class SecretsTest {
    private final Secrets secrets = new Secrets();
    private final String secret = secrets.invent("it", "*/*+\"*=\u00e4*@*");

    @Test
    void aSecretIsFoundInEverySpellingAndWhateverStandsAroundIt() {
        String form = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        Map<String, String> spellings = Map.ofEntries(
                Map.entry("plain", secret),
                Map.entry("in capitals", secret.toUpperCase(Locale.ROOT)),
                Map.entry("half", secret.substring(0, 20)),
                Map.entry("the other half", secret.substring(secret.length() - 20)),
                Map.entry("form-encoded", form),
                Map.entry("percent-encoded", form.replace("+", "%20")),
                Map.entry("JSON", secret.replace("\"", "\\\"").replace("/", "\\/")),
                Map.entry("Base64", base64(secret)),
                Map.entry(
                        "Base64 for URLs",
                        Base64.getUrlEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8))),
                Map.entry("credentials", base64("hooks:" + form)),
                Map.entry("credentials of another length", base64("hooks1:" + form)),
                Map.entry("credentials of yet another length", base64("hooks12:" + form)),
                Map.entry("credentials in a URL", URLEncoder.encode(base64("hooks:" + form), StandardCharsets.UTF_8)),
                Map.entry("credentials in JSON", base64("hooks:" + form).replace("/", "\\/")));
        spellings.forEach((name, spelled) -> {
            assertThat(secrets.foundIn(spelled)).as(name).containsExactly("it");
            assertThat(secrets.foundIn("2026-11-21 INFO words20" + spelled + "and more\nwords"))
                    .as(name + " among other text")
                    .containsExactly("it");
        });
    }

    @Test
    void nothingIsFoundWhereNothingIs() {
        assertThat(secrets.foundIn("")).isEmpty();
        assertThat(secrets.foundIn(base64("hooks:nothing at all, and a lot of it") + " %2F \\ <token>"))
                .isEmpty();
        assertThat(new Secrets().foundIn(secret)).isEmpty();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
