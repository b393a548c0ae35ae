package id.lum.goplugin.internal;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message in the encoding of Protocol Buffers, as a list of fields. The protocol of go-plugin has messages of one to
 * three fields, all of them numbers, texts or bytes: for these a library of 1.8 MB is not worth its room.
 *
 * <p>Its text is left out of {@link #toString}: it holds secrets.
 */
final class ProtoMessage {
    static final ProtoMessage EMPTY = new ProtoMessage(List.of());

    /** For any method of the protocol. */
    static final Marshaller<ProtoMessage> MARSHALLER = new FieldMarshaller();

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    /** @param number which of the two below counts depends on the wire type of the field */
    private record Field(int tag, long number, byte[] bytes) {}

    private final List<Field> fields;

    private ProtoMessage(List<Field> fields) {
        this.fields = fields;
    }

    ProtoMessage with(int field, String text) {
        return with(field, text.getBytes(StandardCharsets.UTF_8));
    }

    /** An empty field is left out, as proto3 has it. */
    ProtoMessage with(int field, byte[] bytes) {
        return bytes.length == 0 ? this : with(new Field(field << 3 | BYTES, 0, bytes));
    }

    ProtoMessage with(int field, long number) {
        return number == 0 ? this : with(new Field(field << 3 | VARINT, number, new byte[0]));
    }

    private ProtoMessage with(Field field) {
        List<Field> more = new ArrayList<>(fields);
        more.add(field);
        return new ProtoMessage(List.copyOf(more));
    }

    /** Of several fields with one number the last counts; of none the default of proto3. */
    byte[] bytes(int field) {
        return last(field << 3 | BYTES).bytes();
    }

    /** @throws CharacterCodingException if it is not UTF-8, as proto3 wants it */
    String text(int field) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes(field)))
                .toString();
    }

    long number(int field) {
        return last(field << 3 | VARINT).number();
    }

    private Field last(int tag) {
        return fields.stream()
                .filter(field -> field.tag() == tag)
                .reduce(new Field(tag, 0, new byte[0]), (earlier, later) -> later);
    }

    byte[] encoded() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Field field : fields) {
            writeVarint(out, field.tag());
            if ((field.tag() & 7) == VARINT) {
                writeVarint(out, field.number());
            } else {
                writeVarint(out, field.bytes().length);
                out.writeBytes(field.bytes());
            }
        }
        return out.toByteArray();
    }

    /** @throws IOException if that is no message */
    static ProtoMessage decoded(byte[] message) throws IOException {
        List<Field> fields = new ArrayList<>();
        ByteArrayInputStream in = new ByteArrayInputStream(message);
        while (in.available() > 0) {
            int tag = (int) readVarint(in);
            switch (tag & 7) {
                case VARINT -> fields.add(new Field(tag, readVarint(in), new byte[0]));
                case BYTES -> fields.add(new Field(tag, 0, readBytes(in, readVarint(in))));
                // No field that is read has them; a later version of the protocol may.
                case FIXED_64 -> readBytes(in, 8);
                case FIXED_32 -> readBytes(in, 4);
                default -> throw new IOException("a field of an unknown kind");
            }
        }
        return new ProtoMessage(List.copyOf(fields));
    }

    private static void writeVarint(ByteArrayOutputStream out, long number) {
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static long readVarint(InputStream in) throws IOException {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            number |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return number;
            }
        }
        throw new IOException("a number that does not end");
    }

    private static byte[] readBytes(ByteArrayInputStream in, long length) throws IOException {
        if (length < 0 || length > in.available()) {
            throw new IOException("a field longer than its message");
        }
        return in.readNBytes((int) length);
    }

    @Override
    public String toString() {
        return "a message of " + fields.size() + " fields";
    }

    /** gRPC reads the length of what it sends beforehand, if it can. */
    private static final class EncodedMessage extends ByteArrayInputStream implements KnownLength {
        EncodedMessage(byte[] message) {
            super(message);
        }
    }

    private static final class FieldMarshaller implements Marshaller<ProtoMessage> {
        @Override
        public InputStream stream(ProtoMessage message) {
            return new EncodedMessage(message.encoded());
        }

        @Override
        public ProtoMessage parse(InputStream stream) {
            try {
                return decoded(stream.readAllBytes());
            } catch (IOException malformed) {
                throw new UncheckedIOException(malformed);
            }
        }
    }
}
