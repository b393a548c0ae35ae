package id.lum.itests;

import java.nio.file.Path;

/** The same with a plugin that is written in Go; see {@code .ci/run}. */
class RealPluginPageTest extends GoPluginPageTest {
    @Override
    Path plugin() {
        return TestPlugin.real("hello");
    }
}
