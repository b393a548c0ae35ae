package id.lum.tokenstore.internal.delivery;

/** What the plugin and the thread that asks stores share. The thread writes terms and values; anybody reads. */
final class Board {
    private final Sightings sightings = new Sightings();
    private volatile Terms terms;
    private volatile HeldValues values = HeldValues.NONE;
    private volatile boolean closed;

    Board(Terms terms) {
        this.terms = terms;
    }

    Sightings sightings() {
        return sightings;
    }

    Terms terms() {
        return terms;
    }

    HeldValues values() {
        return closed ? HeldValues.NONE : values;
    }

    void change(Terms next) {
        terms = next;
    }

    void change(HeldValues next) {
        values = next;
    }

    /** Nothing is served any more. */
    void close() {
        closed = true;
        values = HeldValues.NONE;
    }
}
