package id.lum.hooks.internal;

import id.lum.hooks.Printable;

/** What makes a hook the same one before and after an update: its kind and its name. */
record HookKey(HookKind<?> kind, String name) {
    @Override
    public String toString() {
        return kind + " hook " + Printable.of(name);
    }
}
