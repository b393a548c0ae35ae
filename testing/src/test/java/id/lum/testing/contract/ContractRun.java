package id.lum.testing.contract;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs a contract test as a build of a plugin does, and says which of its tests passed and which failed. */
record ContractRun(Set<String> passed, Set<String> failed) {

    static ContractRun of(Class<?> contract) {
        ContractRun run = new ContractRun(new TreeSet<>(), new TreeSet<>());
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(contract))
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                                Optional<String> method = test.getSource()
                                        .filter(MethodSource.class::isInstance)
                                        .map(source -> ((MethodSource) source).getMethodName());
                                boolean isPassed = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
                                method.ifPresent(name -> (isPassed ? run.passed() : run.failed()).add(name));
                            }
                        });
        return run;
    }
}
