package id.lum.itests;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;

import java.nio.file.Path;
import org.junit.Test;
import org.ops4j.pax.exam.Option;

/** The promise of a swap in the shipped Felix: no call fails, none is answered wrongly, and nothing is lost. */
public class FireIT extends HookTestSupport {
    @Override
    protected Option also() {
        return composite(
                jar("lumid.traffic"),
                jar("lumid.fakes"),
                systemProperty("lumid.swaps").value(System.getProperty("lumid.swaps", "40")),
                systemProperty("lumid.seed")
                        .value(System.getProperty("lumid.seed", String.valueOf(System.nanoTime()))));
    }

    private static Option jar(String property) {
        return bundle(Path.of(System.getProperty(property)).toUri().toString());
    }

    @Test
    public void swapsUnderFireFailNoCallAnswerNoneWronglyAndLoseNothing() throws Exception {
        try (FireSite site = new FireSite(container, configurations, data())) {
            Fire.run(site, Integer.getInteger("lumid.swaps"), Long.getLong("lumid.seed"));
        }
    }
}
