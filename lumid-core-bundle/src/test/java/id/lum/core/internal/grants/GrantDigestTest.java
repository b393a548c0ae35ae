package id.lum.core.internal.grants;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GrantDigestTest {
    /** The key of the published vectors: the bytes 0 to 15. */
    private static final SipHash.Key PUBLISHED = new SipHash.Key(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    private static List<Long> hash(long... words) {
        SipHash hash = new SipHash(PUBLISHED);
        for (long word : words) {
            hash.absorb(word);
        }
        hash.end();
        return List.of(hash.first(), hash.second());
    }

    /** {@code vectors_sip128} of the reference implementation, for 0 and for 8 bytes. */
    @Test
    void theHashIsThatOfThePublishedVectors() {
        assertThat(hash()).containsExactly(0xe6a825ba047f81a3L, 0x930255c71472f66dL);
        assertThat(hash(0x0706050403020100L)).containsExactly(0x61f55862baa9623bL, 0xb49714f364e2830fL);
    }

    private static List<String> texts() {
        List<String> texts = new ArrayList<>(List.of("", "12345678", "123456789", "1234567\u0100", "1234\u01005678"));
        for (String longest : List.of("", "12345", "1234567", "\u0100\u01002345")) {
            for (char first : new char[] {'\0', 'a', '\u00ff', '\u0100', '\ud800'}) {
                for (char second : new char[] {'\0', 'a', '\u6100'}) {
                    texts.add(longest + first);
                    texts.add(longest + first + second);
                }
            }
        }
        return texts.stream().distinct().toList();
    }

    @Test
    void noTwoKeysHaveOneDigest() {
        List<String> texts = texts();
        Set<GrantDigest> digests = new HashSet<>();
        for (String id : texts) {
            for (String principal : texts) {
                digests.add(GrantDigest.of(new GrantKey("workflow", id, principal)));
                digests.add(GrantDigest.of(new GrantKey("task", id, principal)));
            }
        }
        assertThat(digests).hasSize(2 * texts.size() * texts.size());
        assertThat(texts.stream().map(GrantDigest::ofId)).doesNotHaveDuplicates();
    }

    @Test
    void aDigestIsTheSameForTheSameNamesInOtherObjects() {
        String id = "w\u00f6rkflow-\u6771\u4eac-1";
        assertThat(GrantDigest.of(new GrantKey("workflow", new String(id), "bob")))
                .isEqualTo(GrantDigest.of(new GrantKey(new String("workflow"), id, new String("bob"))));
    }

    @Test
    void namesThatAreTooLongHaveNone() {
        String longest = "x".repeat(GrantDigest.MAX_CHARACTERS);
        assertThat(GrantDigest.isPossible(new GrantKey(longest, longest, longest)))
                .isTrue();
        assertThat(GrantDigest.isPossible(new GrantKey("workflow", longest + "x", "bob")))
                .isFalse();
        assertThat(GrantDigest.isPossible(new GrantKey("workflow", "wf-1", longest + "x")))
                .isFalse();
    }
}
