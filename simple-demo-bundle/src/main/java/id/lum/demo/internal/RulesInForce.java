package id.lum.demo.internal;

/** Knows the rules, which change while hooks hold it. */
interface RulesInForce {
    /** To be asked at each call. */
    DemoRules now();
}
