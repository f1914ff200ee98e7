/* seed_dump.c - NAME DIM... -> the bytes of that seeded tensor, for test_seeds.py to compare. */
#include "seed.h"

#include <stdlib.h>

int main(int argc, char **argv) {
    Shape shape = {0};
    for (int i = 3; i < argc && shape.rank < MAX_RANK; i++) {
        shape.dim[shape.rank++] = atoll(argv[i]);
    }
    if (shape.rank == 0) {
        fputs("usage: seed_dump SEED NAME DIM...\n", stderr);
        return 2;
    }
    Arena *arena = arena_create();
    size_t count = (size_t)shape_elements(&shape);
    float *values = NEW_ARRAY(arena, float, count);
    seed_tensor(values, argv[2], &shape, strtoull(argv[1], NULL, 10));
    bool done = fwrite(values, sizeof *values, count, stdout) == count;
    arena_destroy(arena);
    return done ? 0 : 1;
}
