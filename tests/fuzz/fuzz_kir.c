/* fuzz_kir.c - any bytes as the text of a module of kernels. What parses prints to a text that
 * parses to the same text, and the verifier has an answer for it; where that is yes, the arena has
 * a size.
 */
#include "fuzz.h"
#include "kernel.h"

static void print(FILE *out, const void *module) {
    print_module(out, module);
}

static void body(FuzzCase *fuzz) {
    Source source = fuzz_source(fuzz);
    Module *module = parse_module(fuzz->arena, fuzz->diag, &source);
    if (!module) {
        return;
    }
    if (verify_module(fuzz->nowhere, module)) {
        int64_t one = module_arena_bytes(module, 1), many = module_arena_bytes(module, 1024);
        fuzz_check(0 <= one && one <= many, "the arena grows with the threads");
    }
    char *once = fuzz_printed(fuzz, print, module);
    Source printed = {"printed", once, strlen(once)};
    Module *again = parse_module(fuzz->arena, diag_create(fuzz->arena, stderr), &printed);
    fuzz_check(again != NULL, "a printed module parses");
    fuzz_check(strcmp(once, fuzz_printed(fuzz, print, again)) == 0,
               "a module prints as it was printed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_run(data, size, body);
}
