package id.lum.goplugin.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtoMessageTest {
    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    /** The examples of the encoding's own description. */
    @Test
    void fieldsAreEncodedAsTheFormatHasThem() {
        assertThat(ProtoMessage.EMPTY.with(1, 150).encoded()).isEqualTo(hex("089601"));
        assertThat(ProtoMessage.EMPTY.with(2, "testing").encoded()).isEqualTo(hex("120774657374696e67"));
        assertThat(ProtoMessage.EMPTY.with(1, "").with(2, 0).encoded()).isEmpty();
    }

    @Test
    void fieldsAreReadBackAndMissingOnesAreEmpty() throws IOException {
        ProtoMessage message = ProtoMessage.decoded(
                ProtoMessage.EMPTY.with(1, "ü").with(2, -1).with(1, "last").encoded());
        assertThat(message.text(1)).isEqualTo("last");
        assertThat(message.number(2)).isEqualTo(-1);
        assertThat(message.text(3)).isEmpty();
        assertThat(message.number(1)).isZero();
    }

    @Test
    void fieldsOfOtherKindsAreSkipped() throws IOException {
        // Field 3 has eight bytes, field 4 has four.
        assertThat(ProtoMessage.decoded(hex("190102030405060708" + "2501020304" + "089601"))
                        .number(1))
                .isEqualTo(150);
    }

    @ParameterizedTest
    @ValueSource(strings = {"08", "0896", "1207", "12077465", "0b", "12ffffffffff7f", "ffffffffffffffffffffff", "1901"})
    void brokenMessagesAreRefused(String digits) {
        assertThatThrownBy(() -> ProtoMessage.decoded(hex(digits))).isInstanceOf(IOException.class);
    }

    @Test
    void aMessageDoesNotPrintWhatItHolds() {
        assertThat(ProtoMessage.EMPTY.with(1, "top-secret")).asString().doesNotContain("top-secret");
    }
}
