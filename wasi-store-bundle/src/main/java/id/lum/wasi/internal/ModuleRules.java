package id.lum.wasi.internal;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.Collections;

/** What a parsed module must be like to be run as a store: what it imports and exports, and how large it may be. */
final class ModuleRules {
    /** Its memory, by the name that WASI wants. */
    static final String MEMORY = "memory";

    static final String INITIALIZE = "_initialize";
    static final String ALLOCATE = "allocate";
    static final String DEALLOCATE = "deallocate";
    static final String VALUE = "strategy_token_value";

    /** Function pointers of one module. In entries of all tables. */
    private static final long MAX_TABLE_ENTRIES = 1 << 17;

    private static final int MAX_TABLES = 16;
    private static final int MAX_IMPORTS = 100;
    private static final int MAX_GLOBALS = 10_000;
    private static final int MAX_SIGNATURE = 255;

    private ModuleRules() {}

    /**
     * Checks a module.
     *
     * @param maxPages how many pages of 64 KiB its memory may have
     * @throws ModuleRefused if it cannot be a store
     */
    static void check(WasmModule module, int maxPages) throws ModuleRefused {
        FunctionType[] types = module.typeSection().types();
        imports(module, types);
        memory(module, maxPages);
        tables(module);
        if (module.startSection().isPresent()) {
            throw new ModuleRefused("it has a start function; a reactor has " + INITIALIZE);
        }
        if (module.globalSection().globalCount() > MAX_GLOBALS) {
            throw new ModuleRefused("it has more than " + MAX_GLOBALS + " global variables");
        }
        if (module.tagSection().isPresent()) {
            throw new ModuleRefused("it uses exceptions of WebAssembly");
        }
        for (FunctionType type : types) {
            if (type.params().size() > MAX_SIGNATURE || type.returns().size() > MAX_SIGNATURE) {
                throw new ModuleRefused("one of its functions has too many parameters or results");
            }
        }
        export(module, types, ALLOCATE, 1, 1);
        export(module, types, DEALLOCATE, 2, 0);
        export(module, types, VALUE, 5, 1);
        if (exported(module, INITIALIZE)) {
            export(module, types, INITIALIZE, 0, 0);
        } else if (exported(module, "_start")) {
            throw new ModuleRefused("it is a command and no reactor");
        }
    }

    private static void imports(WasmModule module, FunctionType[] types) throws ModuleRefused {
        if (module.importSection().importCount() > MAX_IMPORTS) {
            throw new ModuleRefused("it imports more than " + MAX_IMPORTS + " functions");
        }
        for (int i = 0; i < module.importSection().importCount(); i++) {
            Import wanted = module.importSection().getImport(i);
            if (!(wanted instanceof FunctionImport function)
                    || !wanted.module().equals(WasiFunction.MODULE)
                    || !WasiFunction.exists(wanted.name())) {
                throw new ModuleRefused("it imports something else than functions of " + WasiFunction.MODULE);
            }
            if (function.typeIndex() < 0 || function.typeIndex() >= types.length) {
                throw new ModuleRefused("it imports a function of an unknown type");
            }
        }
    }

    private static void memory(WasmModule module, int maxPages) throws ModuleRefused {
        int memories =
                module.memorySection().map(section -> section.memoryCount()).orElse(0);
        if (memories != 1) {
            throw new ModuleRefused("it must have one memory of its own");
        }
        MemoryLimits limits = module.memorySection().orElseThrow().getMemory(0).limits();
        if (limits.shared()) {
            throw new ModuleRefused("its memory is one for threads");
        }
        if (limits.initialPages() > maxPages) {
            throw new ModuleRefused("it wants " + limits.initialPages() + " pages of memory, and gets at most "
                    + maxPages + " by the setting memory.pages");
        }
        Export memory = exportOf(module, MEMORY);
        if (memory.exportType() != ExternalType.MEMORY) {
            throw new ModuleRefused("it does not export its memory");
        }
    }

    private static void tables(WasmModule module) throws ModuleRefused {
        long entries = 0;
        int tables = module.tableSection().tableCount();
        for (int i = 0; i < Math.min(tables, MAX_TABLES); i++) {
            entries += module.tableSection().getTable(i).limits().min();
        }
        if (tables > MAX_TABLES || entries > MAX_TABLE_ENTRIES) {
            throw new ModuleRefused("its tables are too large");
        }
    }

    private static boolean exported(WasmModule module, String name) {
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            if (module.exportSection().getExport(i).name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static Export exportOf(WasmModule module, String name) throws ModuleRefused {
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            Export export = module.exportSection().getExport(i);
            if (export.name().equals(name)) {
                return export;
            }
        }
        throw new ModuleRefused("it does not export " + name);
    }

    private static void export(WasmModule module, FunctionType[] types, String name, int parameters, int results)
            throws ModuleRefused {
        Export export = exportOf(module, name);
        int imported = module.importSection().count(ExternalType.FUNCTION);
        int index = export.index() - imported;
        if (export.exportType() != ExternalType.FUNCTION
                || index < 0
                || index >= module.functionSection().functionCount()) {
            throw new ModuleRefused("its export " + name + " is no function of its own");
        }
        int type = module.functionSection().getFunctionType(index);
        FunctionType expected = FunctionType.of(
                Collections.nCopies(parameters, ValType.I32), Collections.nCopies(results, ValType.I32));
        if (type < 0 || type >= types.length || !types[type].equals(expected)) {
            throw new ModuleRefused("its function " + name + " must have " + parameters + " parameters and " + results
                    + " results of type i32");
        }
    }
}
