package id.lum.testing.contract;

import id.lum.hooks.HookRejection;
import id.lum.hooks.LogSafe;
import id.lum.hooks.UsageSink;
import id.lum.hooks.flowmesh.SupplierResolver;
import id.lum.hooks.flowmesh.Worker;
import id.lum.hooks.lumilake.Optimizer;
import id.lum.hooks.lumilake.OptimizerProvider;
import id.lum.hooks.lumilake.Schedule;
import id.lum.hooks.tokenstore.TokenStore;
import id.lum.hooks.tokenstore.TokenStoreException;
import id.lum.hooks.tokenstore.TokenStoreException.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

class BrokenSinksAndStoresTest extends BrokenHooks {
    record Work(String id) {}

    static class SoundSink extends UsageSinkContract<Work> implements ClosableHook {
        protected final List<String> taken = new ArrayList<>();
        private boolean closed;

        @Override
        protected UsageSink<Work> sink() {
            return this::emit;
        }

        protected synchronized void emit(List<Work> rows) {
            if (closed) {
                throw HookRejection.unavailable("Closed.");
            }
            List<String> ids = rows.stream().map(Work::id).toList();
            ids.stream().filter(id -> !taken.contains(id)).distinct().forEach(taken::add);
        }

        @Override
        protected Work row(String work) {
            return new Work(work);
        }

        @Override
        protected Collection<String> taken() {
            return taken;
        }

        @Override
        public void closeResource() {
            closed = true;
        }
    }

    @CaughtBy("aUnitOfWorkThatIsEmittedAgainCountsOnce")
    static class CountsTwice extends SoundSink {
        @Override
        protected synchronized void emit(List<Work> rows) {
            rows.forEach(row -> taken.add(row.id()));
        }
    }

    @CaughtBy("emittedRowsAreTakenOverWhenTheCallReturns")
    static class DropsThem extends SoundSink {
        @Override
        protected void emit(List<Work> rows) {}
    }

    @CaughtBy("absentRowsAreAFaultOfTheCaller")
    static class KeepsPartOfABatch extends SoundSink {
        @Override
        protected synchronized void emit(List<Work> rows) {
            rows.forEach(row -> super.emit(List.of(row)));
        }
    }

    @CaughtBy("noRowsAreNoReasonToFail")
    static class NeedsRows extends SoundSink {
        @Override
        protected void emit(List<Work> rows) {
            rows.get(0);
            super.emit(rows);
        }
    }

    @CaughtBy("rowsThatAreEmittedAtTheSameTimeAreAllTakenOver")
    static class BearsOneHost extends SoundSink {
        private final OneAtATime place = new OneAtATime();

        @Override
        protected void emit(List<Work> rows) {
            place.enter();
            super.emit(rows);
        }
    }

    static class SoundResolver extends SupplierResolverContract {
        @Override
        protected SupplierResolver resolver() {
            return worker -> Optional.of(worker.namespace()).filter(name -> !name.isEmpty());
        }

        @Override
        protected Worker claimed() {
            return new Worker("w-1", "node", "acme", "", List.of(), Map.of());
        }

        @Override
        protected String supplier() {
            return "acme";
        }

        @Override
        protected Worker unclaimed() {
            return new Worker("w-2", "node", "", "", List.of(), Map.of());
        }
    }

    @CaughtBy("anotherWorkerIsNotClaimed")
    static class SaysEmpty extends SoundResolver {
        @Override
        protected SupplierResolver resolver() {
            return worker -> Optional.of(worker.namespace());
        }
    }

    @CaughtBy("theAbsenceOfAWorkerIsAFaultOfTheCaller")
    static class ClaimsNoWorker extends SoundResolver {
        @Override
        protected SupplierResolver resolver() {
            return worker -> Optional.ofNullable(worker).map(Worker::namespace).filter(name -> !name.isEmpty());
        }
    }

    static class SoundOptimizers extends OptimizerProviderContract {
        protected String log = "planning";
        protected int unknown = 400;

        @Override
        protected OptimizerProvider provider() {
            return new OptimizerProvider() {
                @Override
                public Set<String> names() {
                    return Set.of("simple");
                }

                @Override
                public Optimizer create(String name) {
                    if (!isOffered(name)) {
                        throw new HookRejection(unknown, "Unknown optimizer " + LogSafe.of(name) + ".");
                    }
                    return (request, bearer) -> {
                        System.err.println(log.replace("$", bearer));
                        return new Schedule(Map.of(
                                request.workerNames().get(0), request.graph().topologicalOrder()));
                    };
                }
            };
        }

        protected boolean isOffered(String name) {
            return name.equalsIgnoreCase("simple");
        }
    }

    @CaughtBy("aNameOnOfferMakesAnOptimizerInAnySpelling")
    static class MindsCase extends SoundOptimizers {
        @Override
        protected boolean isOffered(String name) {
            return name.equals("simple");
        }
    }

    @CaughtBy("aNameThatIsNotOnOfferIsRejected")
    static class CannotTellWhatItOffers extends SoundOptimizers {
        CannotTellWhatItOffers() {
            unknown = 503;
        }
    }

    @CaughtBy("theTokenOfTheSubmitterReachesNoLogLine")
    static class LogsTheSubmitter extends SoundOptimizers {
        LogsTheSubmitter() {
            log = "planning for $";
        }
    }

    static class SoundStore extends TokenStoreContract {
        @Override
        protected TokenStore store() {
            return (path, metadata) -> {
                if (path.equals(path()) && metadata.isEmpty()) {
                    return value();
                }
                throw refusal(path, metadata);
            };
        }

        protected TokenStoreException refusal(String path, String metadata) {
            return new TokenStoreException(Reason.RETRIEVAL_FAILED, "there is no such secret");
        }

        @Override
        protected String path() {
            return "database/password";
        }

        @Override
        protected String value() {
            return "s3cret-value-of-a-test";
        }

        @Override
        protected String absentPath() {
            return "database/nothing";
        }
    }

    @CaughtBy("whereThereIsNothingTheStoreSaysSoAndGivesNoEmptyText")
    static class GivesEmptyTexts extends SoundStore {
        @Override
        protected TokenStore store() {
            return (path, metadata) -> path.equals(path()) ? value() : "";
        }
    }

    @CaughtBy("anOddPathIsRefusedAndBreaksNothing")
    static class BreaksOnOddPaths extends SoundStore {
        @Override
        protected TokenStoreException refusal(String path, String metadata) {
            java.net.URI.create("https://vault.example/" + path);
            return super.refusal(path, metadata);
        }
    }

    @CaughtBy("whereThereIsNothingTheStoreSaysSoAndGivesNoEmptyText")
    static class QuotesValues extends SoundStore {
        @Override
        protected TokenStoreException refusal(String path, String metadata) {
            TokenStoreException refusal = super.refusal(path, metadata);
            refusal.initCause(new IllegalStateException("only " + value() + " is there"));
            return refusal;
        }
    }

    @CaughtBy("neitherValueNorMetadataReachesALogLineOrAnException")
    static class QuotesMetadata extends SoundStore {
        @Override
        protected TokenStoreException refusal(String path, String metadata) {
            return new TokenStoreException(Reason.RETRIEVAL_FAILED, "nothing at " + metadata);
        }
    }

    @CaughtBy("neitherValueNorMetadataReachesALogLineOrAnException")
    static class LogsValues extends SoundStore {
        @Override
        protected TokenStore store() {
            TokenStore sound = super.store();
            return (path, metadata) -> {
                String value = sound.value(path, metadata);
                System.out.println(path + " = " + value);
                return value;
            };
        }
    }

    @CaughtBy("absentArgumentsAreAFaultOfTheCaller")
    static class TakesNullForAPath extends SoundStore {
        @Override
        protected TokenStore store() {
            TokenStore sound = super.store();
            return (path, metadata) -> sound.value(path == null ? path() : path, metadata);
        }
    }
}
