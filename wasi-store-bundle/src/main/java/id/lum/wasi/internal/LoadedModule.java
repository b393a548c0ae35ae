package id.lum.wasi.internal;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * A module that was checked and is ready to be instantiated as often as needed. What is compiled of it are classes of a
 * loader of their own, which are gone when this and its instances are. Thread-safe.
 */
final class LoadedModule {
    /** Of an instruction, as long as the module is there; and while it is compiled as well. In bytes of the heap. */
    private static final long PARSED = 80;

    private static final long COMPILING = 60;

    private final WasmModule module;
    private final Function<Instance, Machine> machines;
    private final boolean compiled;
    private final Optional<String> initialize;
    private final Duration parseTime;
    private final Duration compileTime;
    private final SecureRandom random = new SecureRandom();

    private LoadedModule(
            WasmModule module,
            Function<Instance, Machine> machines,
            boolean compiled,
            Duration parseTime,
            Duration compileTime) {
        this.module = module;
        this.machines = machines;
        this.compiled = compiled;
        this.initialize = initializer(module);
        this.parseTime = parseTime;
        this.compileTime = compileTime;
    }

    private static Optional<String> initializer(WasmModule module) {
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            if (module.exportSection().getExport(i).name().equals(ModuleRules.INITIALIZE)
                    && module.exportSection().getExport(i).exportType() == ExternalType.FUNCTION) {
                return Optional.of(ModuleRules.INITIALIZE);
            }
        }
        return Optional.empty();
    }

    /**
     * Parses and checks a module. It may take seconds for a large one.
     *
     * @param bytes the file
     * @param memoryPages how many pages of 64 KiB its memory may have
     * @param compile whether to translate it to classes, which takes longer and makes calls faster
     * @param heap of which it takes what it needs
     * @throws ModuleRefused if it cannot be run as a store
     * @throws ModuleLoadFailed if there is not enough of the heap
     */
    static LoadedModule load(byte[] bytes, int memoryPages, boolean compile, HeapBudget.Share heap)
            throws ModuleRefused, ModuleLoadFailed {
        long begin = System.nanoTime();
        long instructions = ModuleScan.check(bytes);
        heap.take(instructions * (compile ? PARSED + COMPILING : PARSED));
        try {
            return load(bytes, memoryPages, compile, begin);
        } finally {
            heap.giveBack(compile ? instructions * COMPILING : 0);
        }
    }

    private static LoadedModule load(byte[] bytes, int memoryPages, boolean compile, long begin) throws ModuleRefused {
        WasmModule module = parse(bytes);
        ModuleRules.check(module, memoryPages);
        long parsed = System.nanoTime();
        Duration parseTime = Duration.ofNanos(parsed - begin);
        if (compile) {
            Optional<Function<Instance, Machine>> machines = compiled(module);
            if (machines.isPresent()) {
                Duration compileTime = Duration.ofNanos(System.nanoTime() - parsed);
                return new LoadedModule(module, machines.get(), true, parseTime, compileTime);
            }
        }
        return new LoadedModule(module, InterpreterMachine::new, false, parseTime, Duration.ZERO);
    }

    private static WasmModule parse(byte[] bytes) throws ModuleRefused {
        try {
            return Parser.parse(bytes);
        } catch (OutOfMemoryError busy) {
            // Not the fault of the module.
            throw busy;
        } catch (RuntimeException | Error malformed) {
            throw new ModuleRefused("it is malformed (" + malformed.getClass().getSimpleName() + ")");
        }
    }

    /** Absent if the compiler cannot do it. Functions that are too large for a method are interpreted. */
    private static Optional<Function<Instance, Machine>> compiled(WasmModule module) {
        try {
            return Optional.of(MachineFactoryCompiler.builder(module)
                    .withInterpreterFallback(InterpreterFallback.SILENT)
                    .compile());
        } catch (OutOfMemoryError busy) {
            throw busy;
        } catch (RuntimeException | Error notCompiled) {
            return Optional.empty();
        }
    }

    /** Whether its functions run as classes, and not instruction by instruction. */
    boolean isCompiled() {
        return compiled;
    }

    Duration parseTime() {
        return parseTime;
    }

    /** Zero if it is not compiled. */
    Duration compileTime() {
        return compileTime;
    }

    /**
     * Makes an instance, and initializes it.
     *
     * @throws ModuleCallFailed if that fails
     */
    ModuleInstance instance(Sandbox sandbox, WasiHost.Output output) throws ModuleCallFailed {
        return instance(sandbox.memoryPages(), new WasiHost(sandbox, random, output));
    }

    /**
     * The same with functions of WASI that are there.
     *
     * @param memoryPages how many pages of 64 KiB its memory may have
     * @throws ModuleCallFailed if that fails
     */
    ModuleInstance instance(int memoryPages, WasiHost host) throws ModuleCallFailed {
        Instance instance;
        try {
            MemoryLimits wanted =
                    module.memorySection().orElseThrow().getMemory(0).limits();
            instance = Instance.builder(module)
                    .withImportValues(ImportValues.builder()
                            .addFunction(WasiFunction.of(host))
                            .build())
                    .withMachineFactory(machines)
                    .withMemoryFactory(ByteArrayMemory::new)
                    .withMemoryLimits(
                            new MemoryLimits(wanted.initialPages(), Math.min(wanted.maximumPages(), memoryPages)))
                    .build();
        } catch (RuntimeException | Error failed) {
            throw ModuleCallFailed.broken(
                    "it cannot be instantiated (" + failed.getClass().getSimpleName() + ")");
        }
        return ModuleInstance.start(instance, host, initialize);
    }
}
