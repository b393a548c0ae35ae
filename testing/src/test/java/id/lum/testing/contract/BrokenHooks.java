package id.lum.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the contract tests that stand inside a subclass: those of sound hooks pass, and those of broken ones fail where
 * their annotation says.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BrokenHooks {

    private Stream<Class<?>> contracts(boolean broken) {
        return Stream.<Class<?>>of(getClass().getDeclaredClasses())
                .filter(one -> !Modifier.isAbstract(one.getModifiers()))
                .filter(one -> !one.isRecord())
                .filter(one -> one.isAnnotationPresent(CaughtBy.class) == broken);
    }

    Stream<Class<?>> sound() {
        return contracts(false);
    }

    Stream<Class<?>> broken() {
        return contracts(true);
    }

    @ParameterizedTest
    @MethodSource("sound")
    void aSoundHookPasses(Class<?> contract) {
        ContractRun run = ContractRun.of(contract);
        assertThat(run.failed()).isEmpty();
        assertThat(run.passed()).hasSizeGreaterThan(3);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aBrokenHookIsCaught(Class<?> contract) {
        ContractRun run = ContractRun.of(contract);
        assertThat(run.failed()).contains(contract.getAnnotation(CaughtBy.class).value());
    }
}
