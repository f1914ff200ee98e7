/* texts.c - reads a file of quant.h and writes what it has understood, for check_texts.py.
 *
 *   quant_texts FILE     the text anew, exit code 0; or what is wrong with it, exit code 3
 */
#include "quant.h"

int main(int argc, char **argv) {
    Arena *arena = arena_create();
    if (!arena || argc != 2 || arena_protect(arena)) {
        arena_destroy(arena);
        return 1;
    }
    Diag *diag = diag_create(arena, stderr);
    const Quant *quant = quant_read(arena, diag, argv[1]);
    if (quant) {
        quant_write(stdout, quant);
    }
    diag_finish(diag);
    arena_destroy(arena);
    return quant ? 0 : 3;
}
