/* emit_case.c - emits the C of a small module written by hand, for run_emit.py.
 *
 *   emit_case TARGET MODULE.k FOLDER   writes FOLDER/tiny.c and FOLDER/tiny.h
 *
 * TARGET takes the place of the one that the text names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "whole_file.h"

static Module *read_module(Arena *arena, const char *path) {
    Source *source = NEW(arena, Source);
    const char *text = whole_file(arena, path);
    *source = (Source){path, text, strlen(text)};
    return parse_module(arena, diag_create(arena, stderr), source);
}

static void write_file(const char *folder, const char *name, const Module *module,
                       void (*emit)(FILE *, const Module *, const EmitOptions *)) {
    const EmitOptions options = {.prefix = "tiny", .version = "1.2.3", .digest = 0xabc};
    FILE *file = fopen(arena_printf(module->arena, "%s/%s", folder, name), "w");
    if (!file) {
        exit(1);
    }
    emit(file, module, &options);
    fclose(file);
}

int main(int argc, char **argv) {
    Arena *arena = arena_create();
    Module *module = argc == 4 ? read_module(arena, argv[2]) : NULL;
    if (!module || !target_by_name(argv[1]) || !verify_module(stderr, module)) {
        return 1;
    }
    module->target = argv[1];
    write_file(argv[3], "tiny.c", module, emit_source);
    write_file(argv[3], "tiny.h", module, emit_header);
    arena_destroy(arena);
    return 0;
}
