package id.lum.itests;

import java.nio.file.Path;

/** The same with a plugin that is written in Go; see {@code .ci/run}. */
public class KarafRealPluginIT extends KarafGoPluginIT {
    @Override
    protected Path plugin() {
        return TestPlugin.real("hello");
    }
}
