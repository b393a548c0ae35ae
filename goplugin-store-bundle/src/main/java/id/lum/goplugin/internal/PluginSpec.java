package id.lum.goplugin.internal;

import id.lum.support.plugin.Checksum;
import id.lum.support.plugin.EnvironmentRules;
import id.lum.support.plugin.FileVersion;
import id.lum.support.plugin.OutputMode;
import id.lum.support.plugin.PluginFile;
import java.time.Duration;
import java.util.List;

/**
 * How a plugin is run. A process serves as long as nothing of this changes.
 *
 * @param file what is run
 * @param version tells the file from one that was put in its place
 * @param checksum which content the file must have
 * @param environment which variables of this container the plugin gets
 * @param cookies by which the plugin may know its host, tried one after the other
 * @param mutualTls whether both ends show certificates
 * @param output what becomes of the lines that it prints
 * @param startTimeout how long a start may take, up to the first sign of health
 * @param callTimeout how long a call may take, waiting for a start included
 */
record PluginSpec(
        PluginFile file,
        FileVersion version,
        Checksum checksum,
        EnvironmentRules environment,
        List<String> cookies,
        boolean mutualTls,
        OutputMode output,
        Duration startTimeout,
        Duration callTimeout) {
    String prefix() {
        return file.prefix();
    }
}
