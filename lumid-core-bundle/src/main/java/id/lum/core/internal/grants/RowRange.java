package id.lum.core.internal.grants;

/** Rows by SQLite's number, both ends included. */
record RowRange(long first, long last) {}
