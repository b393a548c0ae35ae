package id.lum.wasi.internal;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The functions of WASI preview 1, with their parameters: {@code i} is 32 bits and {@code L} is 64 bits wide. Every
 * module gets all of them, so that one is not refused for a function that it would never call; what {@link WasiHost}
 * does not do fails with {@code ENOSYS}.
 */
enum WasiFunction {
    ARGS_GET("ii"),
    ARGS_SIZES_GET("ii"),
    CLOCK_RES_GET("ii"),
    CLOCK_TIME_GET("iLi"),
    ENVIRON_GET("ii"),
    ENVIRON_SIZES_GET("ii"),
    FD_ADVISE("iLLi"),
    FD_ALLOCATE("iLL"),
    FD_CLOSE("i"),
    FD_DATASYNC("i"),
    FD_FDSTAT_GET("ii"),
    FD_FDSTAT_SET_FLAGS("ii"),
    FD_FDSTAT_SET_RIGHTS("iLL"),
    FD_FILESTAT_GET("ii"),
    FD_FILESTAT_SET_SIZE("iL"),
    FD_FILESTAT_SET_TIMES("iLLi"),
    FD_PREAD("iiiLi"),
    FD_PRESTAT_DIR_NAME("iii"),
    FD_PRESTAT_GET("ii"),
    FD_PWRITE("iiiLi"),
    FD_READ("iiii"),
    FD_READDIR("iiiLi"),
    FD_RENUMBER("ii"),
    FD_SEEK("iLii"),
    FD_SYNC("i"),
    FD_TELL("ii"),
    FD_WRITE("iiii"),
    PATH_CREATE_DIRECTORY("iii"),
    PATH_FILESTAT_GET("iiiii"),
    PATH_FILESTAT_SET_TIMES("iiiiLLi"),
    PATH_LINK("iiiiiii"),
    PATH_OPEN("iiiiiLLii"),
    PATH_READLINK("iiiiii"),
    PATH_REMOVE_DIRECTORY("iii"),
    PATH_RENAME("iiiiii"),
    PATH_SYMLINK("iiiii"),
    PATH_UNLINK_FILE("iii"),
    POLL_ONEOFF("iiii"),
    PROC_EXIT("i"),
    PROC_RAISE("i"),
    RANDOM_GET("ii"),
    SCHED_YIELD(""),
    SOCK_ACCEPT("iii"),
    SOCK_RECV("iiiiii"),
    SOCK_SEND("iiiii"),
    SOCK_SHUTDOWN("ii");

    /** What modules import these functions from. */
    static final String MODULE = "wasi_snapshot_preview1";

    private static final List<String> NAMES =
            Arrays.stream(values()).map(WasiFunction::importName).toList();

    private final FunctionType type;

    WasiFunction(String parameters) {
        List<ValType> types = parameters
                .chars()
                .mapToObj(letter -> letter == 'L' ? ValType.I64 : ValType.I32)
                .toList();
        // Not by the constant's own value, which does not exist yet.
        this.type = FunctionType.of(types, name().equals("PROC_EXIT") ? List.of() : List.of(ValType.I32));
    }

    private String importName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether there is a function of that name. */
    static boolean exists(String name) {
        return NAMES.contains(name);
    }

    /** All of them, done by a host, for one instance of a module. */
    static HostFunction[] of(WasiHost host) {
        return Arrays.stream(values())
                .map(function -> new HostFunction(
                        MODULE,
                        function.importName(),
                        function.type,
                        (instance, arguments) -> function.call(host, instance, arguments)))
                .toArray(HostFunction[]::new);
    }

    private long[] call(WasiHost host, Instance instance, long[] arguments) {
        int errno = host.call(this, new GuestMemory(instance.memory()), arguments);
        return this == PROC_EXIT ? new long[0] : new long[] {errno};
    }
}
