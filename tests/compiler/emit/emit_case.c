/* emit_case.c - emits the C of a small module written by hand, for run_emit.py.
 *
 *   emit_case TARGET MODULE.k FOLDER   writes FOLDER/tiny.c and FOLDER/tiny.h
 *
 * The module has one input and one output of FLOATS floats, and layers that go from one to the
 * other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "whole_file.h"

enum { FLOATS = 4096 };

static Graph *case_graph(Arena *arena) {
    Graph *graph = graph_create(arena, "case");
    Value *input = NEW(arena, Value), *output = NEW(arena, Value);
    *input = (Value){.name = "input", .offset = -1};
    input->shape = (Shape){2, {1, FLOATS}};
    *output = *input;
    output->name = "result";
    graph->input = input;
    graph->outputs = NEW_ARRAY(arena, Value *, 1);
    graph->outputs[0] = output;
    graph->n_outputs = 1;
    graph->preprocess.test_size[0] = graph->preprocess.test_size[1] = 64;
    graph->preprocess.crop_pct = 0.875;
    return graph;
}

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
    module->graph = case_graph(arena);
    write_file(argv[3], "tiny.c", module, emit_source);
    write_file(argv[3], "tiny.h", module, emit_header);
    arena_destroy(arena);
    return 0;
}
