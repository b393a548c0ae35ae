package id.lum.goplugin.internal;

import id.lum.support.plugin.Checksum;
import id.lum.support.plugin.EnvironmentRules;
import java.time.Duration;
import java.util.List;

/** A spec that differs in one thing from another. */
final class Specs {
    private Specs() {}

    static PluginSpec withMutualTls(PluginSpec spec, boolean mutualTls) {
        return new PluginSpec(
                spec.file(),
                spec.version(),
                spec.checksum(),
                spec.environment(),
                spec.cookies(),
                mutualTls,
                spec.output(),
                spec.startTimeout(),
                spec.callTimeout());
    }

    static PluginSpec withChecksum(PluginSpec spec, String checksum) {
        return new PluginSpec(
                spec.file(),
                spec.version(),
                new Checksum(checksum),
                spec.environment(),
                spec.cookies(),
                spec.mutualTls(),
                spec.output(),
                spec.startTimeout(),
                spec.callTimeout());
    }

    static PluginSpec withEnvironment(PluginSpec spec, String... patterns) {
        return new PluginSpec(
                spec.file(),
                spec.version(),
                spec.checksum(),
                new EnvironmentRules(List.of(patterns)),
                spec.cookies(),
                spec.mutualTls(),
                spec.output(),
                spec.startTimeout(),
                spec.callTimeout());
    }

    static PluginSpec withCookies(PluginSpec spec, String... cookies) {
        return new PluginSpec(
                spec.file(),
                spec.version(),
                spec.checksum(),
                spec.environment(),
                List.of(cookies),
                spec.mutualTls(),
                spec.output(),
                spec.startTimeout(),
                spec.callTimeout());
    }

    static PluginSpec withStartTimeout(PluginSpec spec, Duration startTimeout) {
        return new PluginSpec(
                spec.file(),
                spec.version(),
                spec.checksum(),
                spec.environment(),
                spec.cookies(),
                spec.mutualTls(),
                spec.output(),
                startTimeout,
                spec.callTimeout());
    }

    static PluginSpec withCallTimeout(PluginSpec spec, Duration callTimeout) {
        return new PluginSpec(
                spec.file(),
                spec.version(),
                spec.checksum(),
                spec.environment(),
                spec.cookies(),
                spec.mutualTls(),
                spec.output(),
                spec.startTimeout(),
                callTimeout);
    }
}
