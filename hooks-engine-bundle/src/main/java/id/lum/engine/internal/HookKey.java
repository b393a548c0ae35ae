package id.lum.engine.internal;

import id.lum.hooks.LogSafe;

/** What makes a hook the same one before and after an update: its kind and its name. */
record HookKey(String kind, String name) {
    @Override
    public String toString() {
        return kind + " hook " + LogSafe.of(name);
    }
}
