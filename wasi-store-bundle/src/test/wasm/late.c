// A module that is initialized once the folder that it may read has a file "ready", and not before.

typedef int i32;
typedef unsigned u32;
typedef unsigned long long u64;

#define EXPORT(name) __attribute__((export_name(name)))
#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))

WASI("path_open")
i32 path_open(i32 folder, i32 flags, const char *path, u32 length, i32 open, u64 rights, u64 inherited, i32 fd, i32 *out);

static char buffer[1 << 13];
static u32 used;

EXPORT("_initialize") void initialize(void) {
    i32 fd;
    while (path_open(3, 1, "ready", 5, 0, 2, 0, 0, &fd)) {
    }
}

EXPORT("allocate") void *allocate(u32 size) {
    used += size;
    return used <= sizeof buffer ? buffer + used - size : 0;
}

EXPORT("deallocate") void deallocate(void *at, u32 size) {
    (void)at;
    (void)size;
}

EXPORT("strategy_token_value") i32 value(const char *in, u32 in_length, char *out, u32 room, u32 *length) {
    (void)in;
    (void)in_length;
    (void)room;
    out[0] = '1';
    *length = 1;
    return 0;
}
