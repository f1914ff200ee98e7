/* test_shared.c - processes that map the same weights have one copy of them in memory.
 *
 * Two processes open one blob of 8 MB with XNC_MAP, and stay. Expectation, from what the kernel
 * says of the mapping in each: all of it is in memory, no page belongs to that process alone, and
 * its share of the pages is half of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "xnc_internal.h"

enum { BYTES = 8 << 20 };

static const xnc_tensor_info output = {.name = "out", .rank = 2, .shape = {1, 0, 0, 0}};
static const xnc_model model = {.abi = XNC_ABI,
                                .name = "blob",
                                .features = "",
                                .digest = 7,
                                .weights_bytes = BYTES,
                                .outputs = &output,
                                .n_outputs = 1};

/* What the kernel says of one mapping, in bytes. */
typedef struct Memory {
    long resident, share, alone;
} Memory;

static void write_blob(int file) {
    unsigned char *blob = calloc(1, BYTES);
    assert_non_null(blob);
    for (size_t i = sizeof(xnc_blob_header); i < BYTES; i++) {
        blob[i] = (unsigned char)(i >> 12);
    }
    xnc_blob_header header = {.magic = {'X', 'N', 'C', 'B', 'L', 'O', 'B', '\n'},
                              .version = XNC_BLOB_VERSION,
                              .byte_order = XNC_BYTE_ORDER,
                              .bytes = BYTES,
                              .model_digest = 7};
    header.content_digest = xnc_xxh64(blob + sizeof header, BYTES - sizeof header);
    memcpy(blob, &header, sizeof header);
    assert_int_equal(write(file, blob, BYTES), BYTES);
    free(blob);
}

static void add_line(Memory *memory, const char *line) {
    static const char *const keys[] = {"Rss:", "Pss:", "Private_Clean:", "Private_Dirty:"};
    long *const places[] = {&memory->resident, &memory->share, &memory->alone, &memory->alone};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strncmp(line, keys[i], strlen(keys[i])) == 0) {
            *places[i] += 1024 * strtol(line + strlen(keys[i]), NULL, 10);
        }
    }
}

/* Of the mappings of a file in this process; they start with a line that ends in its path. */
static Memory memory_of(const char *path) {
    Memory memory = {0, 0, 0};
    char line[4096];
    int inside = 0;
    FILE *file = fopen("/proc/self/smaps", "r");
    while (file && fgets(line, sizeof line, file)) {
        if (strchr("0123456789abcdef", line[0])) {
            inside = strstr(line, path) != NULL;
        } else if (inside) {
            add_line(&memory, line);
        }
    }
    if (file) {
        fclose(file);
    }
    return memory;
}

/* The second process: opens the blob, says so, and stays until the first has looked. */
static void be_second(const char *path, int ready, int done) {
    xnc_weights *weights;
    char byte = (char)xnc_weights_open(&weights, &model, path, XNC_MAP);
    if (write(ready, &byte, 1) == 1) {
        (void)!read(done, &byte, 1);
    }
    _exit(0);
}

static void test_two_processes_share_the_pages(void **state) {
    (void)state;
    if (access("/proc/self/smaps", R_OK) != 0) {
        skip(); /* a system that does not tell */
    }
    char path[] = "/tmp/xnc-test-XXXXXX", byte = 1;
    int file = mkstemp(path), ready[2], done[2];
    assert_true(file >= 0 && pipe(ready) == 0 && pipe(done) == 0);
    write_blob(file);
    close(file);
    pid_t second = fork();
    assert_true(second >= 0);
    if (second == 0) {
        be_second(path, ready[1], done[0]);
    }
    xnc_weights *weights;
    assert_int_equal(xnc_weights_open(&weights, &model, path, XNC_MAP), XNC_OK);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, XNC_OK);
    Memory memory = memory_of(path);
    assert_int_equal(write(done[1], "", 1), 1);
    waitpid(second, NULL, 0);
    xnc_weights_close(weights);
    unlink(path);
    assert_int_equal(memory.resident, BYTES);
    assert_int_equal(memory.alone, 0);
    assert_in_range(memory.share, BYTES / 2, BYTES / 2 + 4096);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_processes_share_the_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
