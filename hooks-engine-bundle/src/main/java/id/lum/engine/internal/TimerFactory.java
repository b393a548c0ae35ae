package id.lum.engine.internal;

import id.lum.support.lifecycle.Timer;

/** Starts timers, each with its thread. */
@FunctionalInterface
interface TimerFactory {
    /** The caller closes it. */
    Timer start(String name);
}
