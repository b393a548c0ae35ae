package id.lum.goplugin.internal;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The few elements of DER (ITU-T X.690) of which a certificate consists. Each method returns one complete element. */
final class DerWriter {
    private static final int GENERALIZED_TIME_FROM = 2050;

    private DerWriter() {}

    static byte[] sequence(byte[]... elements) {
        return element(0x30, concatenated(elements));
    }

    static byte[] set(byte[] element) {
        return element(0x31, element);
    }

    static byte[] integer(BigInteger value) {
        return element(0x02, value.toByteArray());
    }

    static byte[] bool(boolean value) {
        return element(0x01, new byte[] {(byte) (value ? 0xff : 0)});
    }

    static byte[] octets(byte[] content) {
        return element(0x04, content);
    }

    /** @param unused how many of the last bits do not count */
    static byte[] bits(int unused, byte[] content) {
        return element(0x03, concatenated(new byte[] {(byte) unused}, content));
    }

    static byte[] utf8(String text) {
        return element(0x0c, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param dotted at least two numbers */
    static byte[] objectIdentifier(String dotted) {
        String[] parts = dotted.split("\\.");
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(40 * Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]));
        for (int i = 2; i < parts.length; i++) {
            int number = Integer.parseInt(parts[i]);
            for (int shift = 28; shift > 0; shift -= 7) {
                if (number >> shift != 0) {
                    content.write(0x80 | number >> shift & 0x7f);
                }
            }
            content.write(number & 0x7f);
        }
        return element(0x06, content.toByteArray());
    }

    /** UTCTime until 2049, as RFC 5280 section 4.1.2.5 wants it. */
    static byte[] time(Instant instant) {
        boolean general = instant.atZone(ZoneOffset.UTC).getYear() >= GENERALIZED_TIME_FROM;
        String text = DateTimeFormatter.ofPattern(general ? "yyyyMMddHHmmss'Z'" : "yyMMddHHmmss'Z'", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(instant);
        return element(general ? 0x18 : 0x17, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** An element with a tag of the context, around others. */
    static byte[] tagged(int number, byte[] element) {
        return element(0xa0 | number, element);
    }

    /** An element with a tag of the context in place of its own. */
    static byte[] implicit(int number, byte[] content) {
        return element(0x80 | number, content);
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        if (content.length < 0x80) {
            element.write(content.length);
        } else {
            byte[] length = BigInteger.valueOf(content.length).toByteArray();
            int leading = length[0] == 0 ? 1 : 0;
            element.write(0x80 | length.length - leading);
            element.write(length, leading, length.length - leading);
        }
        element.writeBytes(content);
        return element.toByteArray();
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
