package id.lum.wasi.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/** Writes modules byte by byte, also such as no compiler writes. */
final class ModuleBuilder {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ModuleBuilder() {
        bytes.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    }

    /** A module with everything that a store has, whose functions do nothing. */
    static ModuleBuilder store(int... memory) {
        return new ModuleBuilder()
                .section(
                        1,
                        bytes(4, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 2, 0x7f, 0x7f, 0),
                        bytes(0x60, 5, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f, 0x60, 0, 0))
                .section(3, bytes(3, 0, 1, 2))
                .section(5, bytes(memory))
                .section(
                        7,
                        bytes(4),
                        export("memory", 2, 0),
                        export("allocate", 0, 0),
                        export("deallocate", 0, 1),
                        export("strategy_token_value", 0, 2));
    }

    /** The functions of a store, the last of which has the given locals and instructions. */
    ModuleBuilder code(int... last) {
        byte[] body = bytes(last);
        return section(10, bytes(3), bytes(4, 0, 0x41, 0, 0x0b), bytes(2, 0, 0x0b), leb(body.length), body);
    }

    static byte[] export(String name, int kind, int index) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return joined(Stream.of(bytes(text.length), text, bytes(kind, index)));
    }

    ModuleBuilder section(int id, byte[]... parts) {
        byte[] content = joined(Arrays.stream(parts));
        bytes.write(id);
        bytes.writeBytes(leb(content.length));
        bytes.writeBytes(content);
        return this;
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] leb(long number) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long rest = number;
        while (rest > 0x7f) {
            bytes.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return bytes.toByteArray();
    }

    private static byte[] joined(Stream<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    byte[] build() {
        return bytes.toByteArray();
    }
}
