package id.lum.wasi.internal;

/** The error numbers of WASI preview 1 that {@link WasiHost} answers with. */
final class Errno {
    static final int SUCCESS = 0;
    static final int ACCESS = 2;
    static final int BAD_DESCRIPTOR = 8;
    static final int FAULT = 21;
    static final int FILE_TOO_LARGE = 22;
    static final int INVALID = 28;
    static final int IO = 29;
    static final int IS_DIRECTORY = 31;
    static final int TOO_MANY_FILES = 33;
    static final int NAME_TOO_LONG = 37;
    static final int NO_ENTRY = 44;
    static final int NO_SUCH_FUNCTION = 52;
    static final int NOT_DIRECTORY = 54;
    static final int NOT_SUPPORTED = 58;
    static final int READ_ONLY = 69;
    static final int NO_SEEK = 70;
    static final int NOT_CAPABLE = 76;

    private Errno() {}
}
