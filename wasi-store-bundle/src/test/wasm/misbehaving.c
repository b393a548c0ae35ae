// A store that does what the path of a reference says: answers, refuses, or breaks a rule. It needs no library, and
// frees nothing: build.sh builds it.

typedef unsigned char byte;
typedef unsigned int u32;
typedef int i32;
typedef unsigned long long u64;

#define EXPORT(name) __attribute__((export_name(name)))
#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))

WASI("proc_exit") void proc_exit(i32 code);
WASI("fd_write") i32 fd_write(i32 fd, void *vectors, u32 count, u32 *written);
WASI("fd_read") i32 fd_read(i32 fd, void *vectors, u32 count, u32 *read);
WASI("path_open") i32 path_open(i32 dir, i32 lookup, const char *path, u32 length, i32 flags, u64 rights,
                                u64 inherited, i32 fdflags, i32 *fd);
WASI("sock_accept") i32 sock_accept(i32 socket, i32 flags, i32 *fd);
WASI("random_get") i32 random_get(void *to, u32 length);
WASI("clock_time_get") i32 clock_time_get(i32 id, u64 precision, u64 *time);
WASI("poll_oneoff") i32 poll_oneoff(void *subscriptions, void *events, u32 count, u32 *result);
WASI("environ_sizes_get") i32 environ_sizes_get(u32 *count, u32 *bytes);
WASI("environ_get") i32 environ_get(char **variables, char *texts);

static byte arena[1 << 17];
static u32 used;
static u32 calls;
static u32 initialized;

EXPORT("_initialize") void initialize(void) { initialized++; }

EXPORT("allocate") byte *allocate(u32 size) {
    u32 rounded = (size + 7) & ~7u;
    if (rounded > sizeof arena - used) {
        return 0;
    }
    byte *at = arena + used;
    used += rounded;
    return at;
}

EXPORT("deallocate") void deallocate(byte *at, u32 size) {}

static u32 length_of(const char *text) {
    u32 length = 0;
    while (text[length]) {
        length++;
    }
    return length;
}

// The value of "token" in {"token":"...", up to its closing quote.
static u32 token_of(const byte *in, u32 length, char *token, u32 room) {
    static const char start[] = "{\"token\":\"";
    u32 at = sizeof start - 1;
    u32 count = 0;
    while (at < length && in[at] != '"' && count < room - 1) {
        token[count++] = (char)in[at++];
    }
    token[count] = 0;
    return count;
}

static i32 is(const char *token, const char *name) {
    u32 i = 0;
    while (token[i] && token[i] == name[i]) {
        i++;
    }
    return token[i] == name[i];
}

static i32 begins(const char *token, const char *name) {
    u32 i = 0;
    while (name[i] && token[i] == name[i]) {
        i++;
    }
    return !name[i];
}

static i32 give(const char *text, byte *out, u32 room, u32 *needed) {
    u32 length = length_of(text);
    *needed = length;
    if (length > room) {
        return -1;
    }
    for (u32 i = 0; i < length; i++) {
        out[i] = (byte)text[i];
    }
    return 0;
}

static i32 number(u32 value, byte *out, u32 room, u32 *needed) {
    char digits[12];
    u32 at = sizeof digits;
    digits[--at] = 0;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    return give(digits + at, out, room, needed);
}

static i32 fill(u32 length, byte *out, u32 room, u32 *needed) {
    *needed = length;
    if (length > room) {
        return -1;
    }
    for (u32 i = 0; i < length; i++) {
        out[i] = 'x';
    }
    return 0;
}

static volatile i32 sink;

__attribute__((noinline)) static i32 recurse(i32 depth) {
    sink = depth;
    return recurse(depth + 1) + sink;
}

EXPORT("strategy_token_value")
i32 strategy_token_value(const byte *in, u32 length, byte *out, u32 room, u32 *needed) {
    static char token[256];
    token_of(in, length, token, sizeof token);
    calls++;
    if (is(token, "request")) {
        *needed = length;
        if (length > room) {
            return -1;
        }
        for (u32 i = 0; i < length; i++) {
            out[i] = in[i];
        }
        return 0;
    }
    if (is(token, "calls")) {
        return number(calls, out, room, needed);
    }
    if (is(token, "initialized")) {
        return number(initialized, out, room, needed);
    }
    if (begins(token, "status-")) {
        return -(token[7] - '0');
    }
    if (is(token, "unknown-status")) {
        return 4711;
    }
    if (is(token, "large")) {
        return fill(70000, out, room, needed);
    }
    if (is(token, "huge")) {
        return fill(900000, out, room, needed);
    }
    if (is(token, "never-enough")) {
        *needed = room + 1;
        return -1;
    }
    if (is(token, "too-small-but-is-not")) {
        *needed = room;
        return -1;
    }
    if (is(token, "wants-all")) {
        *needed = 0xffffffff;
        return -1;
    }
    if (is(token, "empty")) {
        *needed = 0;
        return 0;
    }
    if (is(token, "longer-than-room")) {
        *needed = room + 1;
        return 0;
    }
    if (is(token, "negative-length")) {
        *needed = 0x80000000;
        return 0;
    }
    if (is(token, "no-utf8")) {
        out[0] = 0xff;
        *needed = 1;
        return 0;
    }
    if (is(token, "outside")) {
        return *(volatile i32 *)0x7fffff00;
    }
    if (is(token, "unreachable")) {
        __builtin_trap();
    }
    if (is(token, "exit")) {
        proc_exit(0);
    }
    if (is(token, "exit-7")) {
        proc_exit(7);
    }
    if (is(token, "endless")) {
        for (;;) {
            sink++;
        }
    }
    if (is(token, "recursion")) {
        return recurse(0);
    }
    if (is(token, "grow")) {
        u32 pages = 0;
        while (__builtin_wasm_memory_grow(0, 1) != (u32)-1) {
            pages++;
        }
        return number(__builtin_wasm_memory_size(0), out, room, needed);
    }
    if (is(token, "print")) {
        static char line[] = "a line of the module\n";
        struct { const void *at; u32 length; } vector = {line, sizeof line - 1};
        u32 written;
        for (i32 i = 0; i < 100000; i++) {
            fd_write(1 + (i & 1), &vector, 1, &written);
        }
        return number(written, out, room, needed);
    }
    if (is(token, "print-outside")) {
        struct { u32 at; u32 length; } vector = {16, 0xfffffff0};
        u32 written;
        return number(fd_write(1, &vector, 1, &written), out, room, needed);
    }
    if (is(token, "read-outside")) {
        struct { u32 at; u32 length; } vector = {16, 0x7fffffff};
        i32 fd = -1;
        u32 read;
        path_open(3, 1, "secret", 6, 0, 2, 0, 0, &fd);
        return number(fd_read(fd, &vector, 1, &read), out, room, needed);
    }
    if (is(token, "random-outside")) {
        return number(random_get((void *)16, 0xfffffff0), out, room, needed);
    }
    if (is(token, "create")) {
        i32 fd;
        return number(path_open(3, 1, "new", 3, 1, 64, 0, 0, &fd), out, room, needed);
    }
    if (begins(token, "open:")) {
        i32 fd;
        return number(path_open(3, 1, token + 5, length_of(token + 5), 0, 2, 0, 0, &fd), out, room, needed);
    }
    if (is(token, "open-many")) {
        i32 fd;
        i32 errno = 0;
        while (!errno) {
            errno = path_open(3, 1, "secret", 6, 0, 2, 0, 0, &fd);
        }
        return number(errno, out, room, needed);
    }
    if (is(token, "socket")) {
        i32 fd;
        return number(sock_accept(3, 0, &fd), out, room, needed);
    }
    if (is(token, "year")) {
        u64 time = 0;
        clock_time_get(0, 1, &time);
        return number(1970 + (u32)(time / 1000000000ull / 31556952ull), out, room, needed);
    }
    if (is(token, "sleep")) {
        u64 subscription[6] = {0, 0, 0, 600ull * 1000000000ull, 0, 0};
        u64 event[4];
        u32 count;
        poll_oneoff(subscription, event, 1, &count);
        return number(count, out, room, needed);
    }
    if (is(token, "random")) {
        u32 value;
        random_get(&value, sizeof value);
        return number(value, out, room, needed);
    }
    if (is(token, "environment")) {
        u32 count;
        u32 bytes;
        static char *variables[64];
        static char texts[4096];
        environ_sizes_get(&count, &bytes);
        if (count == 0) {
            return give("none", out, room, needed);
        }
        environ_get(variables, texts);
        return give(texts, out, room, needed);
    }
    return give(token, out, room, needed);
}
