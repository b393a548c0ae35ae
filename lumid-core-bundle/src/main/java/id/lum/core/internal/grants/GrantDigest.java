package id.lum.core.internal.grants;

/**
 * What stands for a grant, or for an id, in memory: 128 bits of SipHash-2-4 under a key that is random in each process.
 *
 * <p>The hash is a keyed one because strangers choose ids: without the key nobody can choose two of equal hash. Two
 * names of one digest exist in no cache: a million entries asked a billion times a second for a thousand years meet a
 * pair with a chance of 1 to 2^44.
 */
record GrantDigest(long first, long second) {
    /** Longer names have no digest: to hash them costs as much as to ask the database. */
    static final int MAX_CHARACTERS = 512;

    private static final SipHash.Key KEY = SipHash.Key.random();
    private static final int PER_WORD = 8;

    /** Whether a grant can have a digest. */
    static boolean isPossible(GrantKey key) {
        return isShort(key.kind()) && isShort(key.principalId()) && isShort(key.id());
    }

    private static boolean isShort(String text) {
        return text.length() <= MAX_CHARACTERS;
    }

    static GrantDigest of(GrantKey key) {
        return of(key.kind(), key.principalId(), key.id());
    }

    /** 64 bits for an id of any length. */
    static long ofId(String id) {
        SipHash hash = new SipHash(KEY);
        for (int from = 0; from < id.length(); from += PER_WORD / 2) {
            hash.absorb(wideWord(id, from, Math.min(from + PER_WORD / 2, id.length())));
        }
        hash.absorb(id.length());
        hash.end();
        return hash.first();
    }

    /** Of three texts of at most {@link #MAX_CHARACTERS} each. */
    private static GrantDigest of(String kind, String principalId, String id) {
        SipHash hash = new SipHash(KEY);
        long kindWide = absorb(hash, kind);
        long principalWide = absorb(hash, principalId);
        long idWide = absorb(hash, id);
        boolean wide = (kindWide | principalWide | idWide) != 0;
        if (wide) {
            hash.absorb(kindWide);
            hash.absorb(principalWide);
            hash.absorb(idWide);
        }
        // The last word tells how to read those before it, so that no two keys are one sequence of words.
        hash.absorb(
                kind.length() | (long) principalId.length() << 16 | (long) id.length() << 32 | (wide ? 1L << 48 : 0));
        hash.end();
        return new GrantDigest(hash.first(), hash.second());
    }

    /** Eight characters a word, or four where one of the eight takes more than a byte. Returns which took four. */
    private static long absorb(SipHash hash, String text) {
        long wide = 0;
        for (int from = 0; from < text.length(); from += PER_WORD) {
            int to = Math.min(from + PER_WORD, text.length());
            long word = 0;
            int all = 0;
            for (int i = from; i < to; i++) {
                char character = text.charAt(i);
                word = word << 8 | character;
                all |= character;
            }
            if (all > 0xFF) {
                wide |= 1L << from / PER_WORD;
                hash.absorb(wideWord(text, from, Math.min(from + PER_WORD / 2, to)));
                word = wideWord(text, Math.min(from + PER_WORD / 2, to), to);
            }
            hash.absorb(word);
        }
        return wide;
    }

    private static long wideWord(String text, int from, int to) {
        long word = 0;
        for (int i = from; i < to; i++) {
            word = word << 16 | text.charAt(i);
        }
        return word;
    }
}
