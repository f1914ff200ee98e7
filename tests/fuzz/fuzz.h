/* fuzz.h - what the fuzz targets share. Each target defines LLVMFuzzerTestOneInput: it takes any
 * bytes, treats them as one kind of input, and must neither crash, nor hang, nor leak. Diagnostics
 * are formatted and dropped.
 *
 * With clang and -DXNC_FUZZ=ON the targets are libFuzzer programs (run.sh); in every other build
 * they are programs that replay the files of tests/corpus/TARGET, which is a test.
 */
#ifndef XNC_TESTS_FUZZ_H
#define XNC_TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct FuzzCase {
    Arena *arena;
    Diag *diag;
    FILE *nowhere;
    const uint8_t *data;
    size_t size;
} FuzzCase;

/* Runs body on the bytes with an arena and diagnostics of its own. Always returns 0. */
int fuzz_run(const uint8_t *data, size_t size, void (*body)(FuzzCase *fuzz));
/* The bytes as a source. */
Source fuzz_source(const FuzzCase *fuzz);
/* The path of a file in memory with these bytes, which goes with the arena. */
const char *fuzz_file(const FuzzCase *fuzz, const void *data, size_t size);
/* Ends the program when what must hold does not. */
void fuzz_check(int holds, const char *what);
/* What print(out, thing) prints, in the arena. */
char *fuzz_printed(FuzzCase *fuzz, void (*print)(FILE *out, const void *thing), const void *thing);

#endif
