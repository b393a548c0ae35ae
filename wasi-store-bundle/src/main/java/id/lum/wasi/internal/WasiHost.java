package id.lum.wasi.internal;

import id.lum.wasi.internal.GuestFiles.NotOpened;
import id.lum.wasi.internal.GuestFiles.OpenFile;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The WASI functions for one instance: what its {@link Sandbox} allows and no more. It can read files of one folder; it
 * changes nothing on this machine and reaches no other. Nothing is made or copied that is larger than the memory of the
 * instance. Not safe for several threads.
 */
final class WasiHost {
    /** What it prints beyond this in one call is dropped. In bytes. */
    private static final int MAX_OUTPUT = 1 << 16;

    private static final int MAX_VECTORS = 1024;
    private static final int MAX_PATH = 4096;
    private static final int RANDOM_PIECE = 1 << 16;

    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    private static final int CHARACTER_DEVICE = 2;
    private static final int DIRECTORY = 3;
    private static final int REGULAR_FILE = 4;

    private static final int OPEN_CREATE_OR_TRUNCATE = 1 | 8;
    private static final int OPEN_DIRECTORY = 2;
    private static final long RIGHT_TO_WRITE = 1 << 6;
    private static final long ALL_RIGHTS = (1L << 30) - 1;

    private static final byte[] FOLDER_NAME = "/".getBytes(StandardCharsets.UTF_8);

    /** Takes what an instance prints. */
    @FunctionalInterface
    interface Output {
        void print(byte[] bytes, int length);
    }

    /** The module ended itself. */
    static final class Exit extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Exit() {
            super("The module ended itself.", null, false, false);
        }
    }

    /** The call is over, and with it the instance. */
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("The call is over.", null, false, false);
        }
    }

    private final List<byte[]> environment;
    private final GuestFiles files;
    private final GuestClock clock;
    private final SecureRandom random;
    private final Output output;
    private int printed;

    /** @param random of which any module may use up as much as it wants */
    WasiHost(Sandbox sandbox, SecureRandom random, Output output) {
        List<byte[]> variables = new ArrayList<>();
        sandbox.environment()
                .forEach((name, value) -> variables.add((name + "=" + value + "\0").getBytes(StandardCharsets.UTF_8)));
        this.environment = variables;
        this.files = new GuestFiles(sandbox.folder());
        this.clock = new GuestClock(sandbox.clock());
        this.random = random;
        this.output = output;
    }

    /** A call of the instance begins: it may print again. */
    void begin() {
        printed = 0;
    }

    /** A call has ended, well or not: the content of files, which may be secret, is not kept for the next one. */
    void end() {
        files.closeAll();
    }

    /** Does a function. Returns its error number. */
    int call(WasiFunction function, GuestMemory memory, long[] arguments) {
        if (Thread.currentThread().isInterrupted()) {
            throw new Stopped();
        }
        int[] a = new int[arguments.length];
        for (int i = 0; i < a.length; i++) {
            a[i] = (int) arguments[i];
        }
        try {
            return switch (function) {
                case ARGS_GET, SCHED_YIELD -> Errno.SUCCESS;
                case ARGS_SIZES_GET -> sizes(memory, a, List.of());
                case ENVIRON_SIZES_GET -> sizes(memory, a, environment);
                case ENVIRON_GET -> environment(memory, a[0], a[1]);
                case CLOCK_RES_GET -> resolution(memory, a[0], a[1]);
                case CLOCK_TIME_GET -> time(memory, a[0], a[2]);
                case FD_CLOSE -> files.close(a[0]) ? Errno.SUCCESS : known(a[0]);
                case FD_FDSTAT_GET -> descriptorStatus(memory, a[0], a[1]);
                case FD_FDSTAT_SET_FLAGS -> known(a[0]);
                case FD_FILESTAT_GET -> fileStatus(memory, a[0], a[1]);
                case FD_PRESTAT_GET -> folder(memory, a[0], a[1]);
                case FD_PRESTAT_DIR_NAME -> folderName(memory, a[0], a[1], a[2]);
                case FD_READ -> read(memory, a[0], a[1], a[2], a[3]);
                case FD_SEEK -> seek(memory, a[0], arguments[1], a[2], a[3]);
                case FD_TELL -> seek(memory, a[0], 0, 1, a[1]);
                case FD_WRITE -> write(memory, a[0], a[1], a[2], a[3]);
                case PATH_FILESTAT_GET -> pathStatus(memory, a[0], a[2], a[3], a[4]);
                case PATH_OPEN -> open(memory, a[0], a[2], a[3], a[4], arguments[5], a[8]);
                case POLL_ONEOFF -> new GuestPoll(memory, clock).poll(a[0], a[1], a[2], a[3]);
                case PROC_EXIT -> throw new Exit();
                case RANDOM_GET -> random(memory, a[0], a[1]);
                default -> Errno.NO_SUCH_FUNCTION;
            };
        } catch (GuestMemory.Fault outside) {
            return Errno.FAULT;
        } catch (NotOpened refused) {
            return refused.errno();
        }
    }

    private static int sizes(GuestMemory memory, int[] a, List<byte[]> texts) {
        memory.writeInt(a[0], texts.size());
        memory.writeInt(a[1], texts.stream().mapToInt(text -> text.length).sum());
        return Errno.SUCCESS;
    }

    private int environment(GuestMemory memory, int pointers, int texts) {
        int pointer = pointers;
        int text = texts;
        for (byte[] variable : environment) {
            memory.writeInt(pointer, text);
            memory.write(text, variable);
            pointer += Integer.BYTES;
            text += variable.length;
        }
        return Errno.SUCCESS;
    }

    private static int resolution(GuestMemory memory, int id, int result) {
        memory.writeLong(result, 1);
        return GuestClock.isKnown(id) ? Errno.SUCCESS : Errno.INVALID;
    }

    private int time(GuestMemory memory, int id, int result) {
        if (!GuestClock.isKnown(id)) {
            return Errno.INVALID;
        }
        memory.writeLong(result, clock.of(id));
        return Errno.SUCCESS;
    }

    private boolean isFolder(int descriptor) {
        return descriptor == GuestFiles.FOLDER && files.hasFolder();
    }

    private static boolean isStream(int descriptor) {
        return descriptor >= STDIN && descriptor <= STDERR;
    }

    private int known(int descriptor) {
        return isStream(descriptor)
                        || isFolder(descriptor)
                        || files.file(descriptor).isPresent()
                ? Errno.SUCCESS
                : Errno.BAD_DESCRIPTOR;
    }

    private int type(int descriptor) {
        return isStream(descriptor) ? CHARACTER_DEVICE : isFolder(descriptor) ? DIRECTORY : REGULAR_FILE;
    }

    private int descriptorStatus(GuestMemory memory, int descriptor, int result) {
        if (known(descriptor) != Errno.SUCCESS) {
            return Errno.BAD_DESCRIPTOR;
        }
        long rights = isStream(descriptor) ? ALL_RIGHTS : ALL_RIGHTS & ~RIGHT_TO_WRITE;
        memory.write(
                result,
                record(24)
                        .put(0, (byte) type(descriptor))
                        .putLong(8, rights)
                        .putLong(16, isFolder(descriptor) ? rights : 0)
                        .array());
        return Errno.SUCCESS;
    }

    private static ByteBuffer record(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int fileStatus(GuestMemory memory, int descriptor, int result) {
        if (known(descriptor) != Errno.SUCCESS) {
            return Errno.BAD_DESCRIPTOR;
        }
        long size = files.file(descriptor).map(file -> file.content().length).orElse(0);
        writeStatus(memory, result, type(descriptor), size);
        return Errno.SUCCESS;
    }

    private int pathStatus(GuestMemory memory, int descriptor, int path, int length, int result) throws NotOpened {
        if (!isFolder(descriptor)) {
            return Errno.BAD_DESCRIPTOR;
        }
        if (Integer.compareUnsigned(length, MAX_PATH) > 0) {
            return Errno.NAME_TOO_LONG;
        }
        Optional<Long> size = files.size(memory.read(path, length));
        writeStatus(memory, result, size.isPresent() ? REGULAR_FILE : DIRECTORY, size.orElse(0L));
        return Errno.SUCCESS;
    }

    /** Of times and owners it learns nothing. */
    private static void writeStatus(GuestMemory memory, int result, int type, long size) {
        memory.write(
                result,
                record(64).put(16, (byte) type).putLong(24, 1).putLong(32, size).array());
    }

    private int folder(GuestMemory memory, int descriptor, int result) {
        if (!isFolder(descriptor)) {
            return Errno.BAD_DESCRIPTOR;
        }
        memory.writeInt(result, 0);
        memory.writeInt(result + Integer.BYTES, FOLDER_NAME.length);
        return Errno.SUCCESS;
    }

    private int folderName(GuestMemory memory, int descriptor, int result, int length) {
        if (!isFolder(descriptor)) {
            return Errno.BAD_DESCRIPTOR;
        }
        if (Integer.compareUnsigned(length, FOLDER_NAME.length) < 0) {
            return Errno.NAME_TOO_LONG;
        }
        memory.write(result, FOLDER_NAME);
        return Errno.SUCCESS;
    }

    private int open(GuestMemory memory, int descriptor, int path, int length, int flags, long rights, int result)
            throws NotOpened {
        if (!isFolder(descriptor)) {
            return Errno.BAD_DESCRIPTOR;
        }
        if ((flags & OPEN_CREATE_OR_TRUNCATE) != 0 || (rights & RIGHT_TO_WRITE) != 0) {
            return Errno.READ_ONLY;
        }
        if ((flags & OPEN_DIRECTORY) != 0) {
            return Errno.NOT_SUPPORTED;
        }
        if (Integer.compareUnsigned(length, MAX_PATH) > 0) {
            return Errno.NAME_TOO_LONG;
        }
        memory.require(result, Integer.BYTES);
        memory.writeInt(result, files.open(memory.read(path, length)));
        return Errno.SUCCESS;
    }

    private int read(GuestMemory memory, int descriptor, int vectors, int count, int result) {
        if (descriptor == STDIN) {
            memory.writeInt(result, 0);
            return Errno.SUCCESS;
        }
        Optional<OpenFile> open = files.file(descriptor);
        if (open.isEmpty()) {
            return isFolder(descriptor) ? Errno.IS_DIRECTORY : Errno.BAD_DESCRIPTOR;
        }
        if (Integer.compareUnsigned(count, MAX_VECTORS) > 0) {
            return Errno.INVALID;
        }
        OpenFile file = open.get();
        int total = 0;
        for (int i = 0; i < count; i++) {
            int address = memory.readInt(vectors + i * 8);
            long wanted = Integer.toUnsignedLong(memory.readInt(vectors + i * 8 + 4));
            memory.require(address, wanted);
            int length = (int) Math.min(wanted, Math.max(0, file.content().length - file.position()));
            memory.write(address, file.content(), (int) file.position(), length);
            file.moveTo(file.position() + length);
            total += length;
        }
        memory.writeInt(result, total);
        return Errno.SUCCESS;
    }

    private int seek(GuestMemory memory, int descriptor, long offset, int from, int result) {
        Optional<OpenFile> open = files.file(descriptor);
        if (open.isEmpty()) {
            return isStream(descriptor) ? Errno.NO_SEEK : Errno.BAD_DESCRIPTOR;
        }
        OpenFile file = open.get();
        int size = file.content().length;
        long base = from == 0 ? 0 : from == 1 ? file.position() : size;
        // Beyond the end there is nothing to read, and nothing is ever written.
        if (from < 0 || from > 2 || offset < -base || offset > size - base) {
            return Errno.INVALID;
        }
        memory.writeLong(result, base + offset);
        file.moveTo(base + offset);
        return Errno.SUCCESS;
    }

    private int write(GuestMemory memory, int descriptor, int vectors, int count, int result) {
        if (descriptor != STDOUT && descriptor != STDERR) {
            return known(descriptor) == Errno.SUCCESS ? Errno.READ_ONLY : Errno.BAD_DESCRIPTOR;
        }
        if (Integer.compareUnsigned(count, MAX_VECTORS) > 0) {
            return Errno.INVALID;
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int total = 0;
        for (int i = 0; i < count; i++) {
            int address = memory.readInt(vectors + i * 8);
            int length = memory.readInt(vectors + i * 8 + 4);
            memory.require(address, Integer.toUnsignedLong(length));
            int kept = (int) Math.min(Integer.toUnsignedLong(length), MAX_OUTPUT - printed);
            text.writeBytes(memory.read(address, kept));
            printed += kept;
            total += length;
        }
        memory.writeInt(result, total);
        if (text.size() > 0) {
            output.print(text.toByteArray(), text.size());
        }
        return Errno.SUCCESS;
    }

    private int random(GuestMemory memory, int address, int length) {
        memory.require(address, Integer.toUnsignedLong(length));
        byte[] piece = new byte[Math.min(RANDOM_PIECE, length)];
        for (int done = 0; done < length; done += piece.length) {
            if (Thread.currentThread().isInterrupted()) {
                throw new Stopped();
            }
            random.nextBytes(piece);
            memory.write(address + done, piece, 0, Math.min(piece.length, length - done));
        }
        return Errno.SUCCESS;
    }
}
