/* The functions of ir/target/sleef against libsleef: equal bits for floats of all kinds.
 *
 *   target_sleef STEP   every STEP-th of the 2^32 bit patterns; 1: all of them
 *
 * Expectation: no line of output but the number of floats, exit 0.
 */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sleef.h"

typedef float Function(float x);

static const struct {
    const char *name;
    Function *own;
} pairs[] = {
    {"Sleef_finz_expf1_u10purecfma", Sleef_finz_expf1_u10purecfma},
    {"Sleef_finz_erff1_u10purecfma", Sleef_finz_erff1_u10purecfma},
    {"Sleef_cinz_expf1_u10purec", Sleef_cinz_expf1_u10purec},
};

static float from_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static uint32_t to_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* A function of the library; its address comes as a pointer to data. */
static Function *find(void *library, const char *name) {
    void *address = dlsym(library, name);
    Function *function;
    memcpy(&function, &address, sizeof function);
    return function;
}

/* How many floats give other bits; the first few are shown. */
static int compare(const char *name, Function *own, Function *theirs, uint64_t step) {
    int wrong = 0;
    for (uint64_t bits = 0; bits < UINT64_C(1) << 32; bits += step) {
        float x = from_bits((uint32_t)bits);
        uint32_t ours = to_bits(own(x)), right = to_bits(theirs(x));
        if (ours != right && wrong++ < 5) {
            printf("%s(%a): %08" PRIx32 ", not %08" PRIx32 "\n", name, (double)x, ours, right);
        }
    }
    return wrong;
}

int main(int argc, char **argv) {
    uint64_t step = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    void *library = dlopen("libsleef.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!library || step == 0) {
        fprintf(stderr, "%s\n", library ? "the step is 1 or more" : dlerror());
        return 1;
    }
    int wrong = 0;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        Function *theirs = find(library, pairs[i].name);
        wrong += theirs ? compare(pairs[i].name, pairs[i].own, theirs, step) : 1;
    }
    printf("%" PRIu64 " floats for each of %zu functions\n", (UINT64_C(1) << 32) / step,
           sizeof pairs / sizeof *pairs);
    dlclose(library);
    return wrong > 0;
}
