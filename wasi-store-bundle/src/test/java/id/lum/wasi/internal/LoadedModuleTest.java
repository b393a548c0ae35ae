package id.lum.wasi.internal;

import static id.lum.wasi.internal.ModuleBuilder.bytes;
import static id.lum.wasi.internal.ModuleBuilder.leb;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadedModuleTest {
    private static final int[] ONE_PAGE = {1, 0, 1};
    private static final long BILLIONS = 0xffff_ffffL;

    private static void assertRefused(byte[] module, String why) {
        assertThatThrownBy(() -> TestModules.load(module, 16, false))
                .isInstanceOf(ModuleRefused.class)
                .hasMessageContaining(why);
    }

    private static ModuleBuilder store() {
        return ModuleBuilder.store(ONE_PAGE);
    }

    @Test
    void aSmallStoreIsLoaded() {
        assertThatCode(() -> TestModules.load(store().code(0, 0x41, 0, 0x0b).build(), 16, true))
                .doesNotThrowAnyException();
    }

    @Test
    void whatIsNoModuleIsRefused() {
        assertRefused(new byte[0], "cut off");
        assertRefused(bytes(0x7f, 'E', 'L', 'F', 2, 1, 1, 0), "no WebAssembly module");
        assertRefused(bytes(0, 'a', 's', 'm', 0x0d, 0, 1, 0), "no WebAssembly module");
    }

    @Test
    void aModuleThatAnnouncesMoreThanItHasIsRefused() {
        assertRefused(
                new ModuleBuilder()
                        .section(1, leb(1), bytes(0x60), leb(BILLIONS))
                        .build(),
                "announces more");
        assertRefused(new ModuleBuilder().section(1, leb(BILLIONS)).build(), "announces more");
        assertRefused(
                new ModuleBuilder().section(11, bytes(1, 1), leb(BILLIONS)).build(), "announces more");
        assertRefused(
                new ModuleBuilder()
                        .section(9, bytes(1, 0, 0x41, 0, 0x0b), leb(BILLIONS))
                        .build(),
                "announces more");
        assertRefused(bytes(0, 'a', 's', 'm', 1, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f), "announces more");
    }

    @Test
    void aFunctionWithBillionsOfLocalsIsRefused() {
        assertRefused(
                store().code(1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x41, 0, 0x0b)
                        .build(),
                "locals");
    }

    @Test
    void aFunctionWhoseEndIsHiddenInAnInstructionIsRefused() {
        // The last byte belongs to the constant: whoever looks for the end by its position goes on behind it.
        assertRefused(store().code(0, 0x41, 0x0b).build(), "cut off");
        assertRefused(store().code(0, 0x41, 0, 0x0b, 0x01, 0x0b).build(), "ends too early");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x06, 0x08, 0x12, 0x14, 0xc5, 0xd3, 0xfb, 0xfd, 0xfe, 0xff})
    void anInstructionOfALaterStandardIsRefused(int code) {
        assertRefused(store().code(0, code, 0x41, 0, 0x0b).build(), "not supported");
    }

    @Test
    void growingTablesIsRefused() {
        assertRefused(store().code(0, 0xd0, 0x70, 0x41, 1, 0xfc, 0x0f, 0, 0x0b).build(), "not supported: 0xfc0f");
    }

    @Test
    void aMemoryThatIsTooLargeSharedOrMissingIsRefused() {
        assertRefused(ModuleBuilder.store(1, 0, 17).code(0, 0x41, 0, 0x0b).build(), "wants 17 pages");
        assertRefused(ModuleBuilder.store(1, 3, 1, 1).code(0, 0x41, 0, 0x0b).build(), "");
        assertRefused(ModuleBuilder.store(2, 0, 1, 0, 1).code(0, 0x41, 0, 0x0b).build(), "");
    }

    @Test
    void aModuleWithTooManyInstructionsIsRefused() {
        int[] body = new int[3_000_002];
        Arrays.fill(body, 0x01);
        body[0] = 0;
        body[body.length - 1] = 0x0b;
        assertRefused(store().code(body).build(), "more than 3000000 instructions");
    }

    @Test
    void aTableThatIsTooLargeIsRefused() {
        byte[] module = new ModuleBuilder()
                .section(4, bytes(1, 0x70, 0), leb(9_000_000))
                .section(5, bytes(ONE_PAGE))
                .section(7, bytes(1), ModuleBuilder.export("memory", 2, 0))
                .build();
        assertRefused(module, "tables");
    }

    @Test
    void anImportOfSomethingElseIsRefused() {
        byte[] module = new ModuleBuilder()
                .section(1, bytes(1, 0x60, 0, 0))
                .section(2, bytes(1, 3, 'e', 'n', 'v', 1, 'f', 0, 0))
                .build();
        assertRefused(module, "imports something else");
    }

    @Test
    void aModuleWithoutTheFunctionsOfAStoreIsRefused() {
        assertRefused(
                new ModuleBuilder()
                        .section(5, bytes(ONE_PAGE))
                        .section(7, bytes(1), ModuleBuilder.export("memory", 2, 0))
                        .build(),
                "does not export allocate");
    }

    /** The loader of the classes that were made of a module, as they are seen from a call of theirs. */
    private static WeakReference<ClassLoader> loaderOfClasses() throws Exception {
        AtomicReference<WeakReference<ClassLoader>> seen = new AtomicReference<>();
        StackWalker stack = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
        LoadedModule module = TestModules.load(TestModules.misbehaving(), TestModules.PAGES, true);
        ModuleInstance instance = module.instance(
                TestModules.CLOSED,
                (bytes, length) -> stack.walk(frames -> frames.map(
                                        frame -> frame.getDeclaringClass().getClassLoader())
                                .filter(loader -> loader != null && loader != LoadedModuleTest.class.getClassLoader())
                                .findFirst())
                        .ifPresent(loader -> seen.set(new WeakReference<>(loader))));
        instance.value(TestModules.request("print"));
        return seen.get();
    }

    /** They must not stay when a module is exchanged; if they do, this does not end. */
    @Test
    void theClassesOfAModuleAreGoneWithIt() throws Exception {
        WeakReference<ClassLoader> loader = loaderOfClasses();
        while (loader.get() != null) {
            System.gc();
        }
    }
}
