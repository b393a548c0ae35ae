package id.lum.core.internal.grants;

import java.security.SecureRandom;

/** SipHash-2-4 with an output of 128 bits (Aumasson and Bernstein, 2012) over words of eight bytes, little-endian. */
final class SipHash {
    /** Who knows it can choose texts of equal hash. */
    record Key(long first, long second) {
        static Key random() {
            SecureRandom random = new SecureRandom();
            return new Key(random.nextLong(), random.nextLong());
        }

        /** Without the key. */
        @Override
        public String toString() {
            return "a key";
        }
    }

    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long words;
    private long first;

    SipHash(Key key) {
        v0 = key.first() ^ 0x736f6d6570736575L;
        v1 = key.second() ^ 0x646f72616e646f6dL ^ 0xee;
        v2 = key.first() ^ 0x6c7967656e657261L;
        v3 = key.second() ^ 0x7465646279746573L;
    }

    void absorb(long word) {
        words++;
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    void end() {
        // The length in bytes, modulo 256, in the highest byte.
        absorb(words << 59);
        v2 ^= 0xee;
        finish();
        first = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        finish();
    }

    long first() {
        return first;
    }

    long second() {
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void finish() {
        round();
        round();
        round();
        round();
    }

    private void round() {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
    }
}
