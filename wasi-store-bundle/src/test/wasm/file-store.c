// A token store that reads each value from a file: the path of the reference is the path of the file, in the folder
// that the setting "folders" gives to this module. Built with clang and wasi-libc by build.sh.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(name)))

enum { OK = 0, BUFFER_TOO_SMALL = -1, INTERNAL = -4, FAILED_UNMARSHAL = -5, FAILED_RETRIEVAL = -7 };

// The host asks for memory for the request and for the answer, and writes and reads there.
EXPORT("allocate") void *allocate(size_t size) { return malloc(size); }

EXPORT("deallocate") void deallocate(void *at, size_t size) {
    (void)size;
    free(at);
}

// The request is a JSON object whose first member is the path: {"token":"database/password", ...}
static int path_of(const char *request, size_t length, char *path, size_t room) {
    static const char start[] = "{\"token\":\"";
    size_t at = sizeof start - 1;
    if (length < at || memcmp(request, start, at) != 0) {
        return 0;
    }
    size_t count = 0;
    path[count++] = '/';
    while (at < length && request[at] != '"') {
        if (request[at] == '\\' || count == room - 1) {
            return 0;
        }
        path[count++] = request[at++];
    }
    path[count] = 0;
    return at < length;
}

// Puts the value at "out" and its length at "length"; if there is not room enough, only the length that it needs.
EXPORT("strategy_token_value")
int32_t strategy_token_value(const char *in, uint32_t in_length, char *out, uint32_t room, uint32_t *length) {
    char path[1024];
    if (!path_of(in, in_length, path, sizeof path)) {
        return FAILED_UNMARSHAL;
    }
    FILE *file = fopen(path, "r");
    if (!file) {
        return FAILED_RETRIEVAL;
    }
    int32_t status = INTERNAL;
    if (fseek(file, 0, SEEK_END) == 0) {
        uint32_t size = (uint32_t)ftell(file);
        rewind(file);
        *length = size;
        status = size > room ? BUFFER_TOO_SMALL : fread(out, 1, size, file) == size ? OK : INTERNAL;
    }
    fclose(file);
    return status;
}
