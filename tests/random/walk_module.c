/* walk_module.c - the kernels of a module in their interpreter, as the runtime would run them. */
#include "walk.h"

#include <string.h>

#include "text_stream.h"
#include "xnc_model.h"

/* The content of the blob as compile writes it; NULL after a diagnostic. */
static const unsigned char *blob_content(Walk *walk, const Module *module) {
    Arena *arena = walk->work.arena;
    BlobSource source = {.read = seed_read, .context = &walk->reader, .seeded = true};
    TextStream *stream = text_stream_open(arena);
    bool good =
        blob_write(arena, walk->work.diag, text_stream_file(stream), module, "blob", &source, NULL);
    size_t bytes;
    const char *blob = text_stream_close(stream, &bytes);
    if (!good || bytes != blob_bytes(module)) {
        walk_wrong(walk, "blob: %zu bytes instead of %zu", bytes, blob_bytes(module));
        return NULL;
    }
    unsigned char *content = arena_alloc(arena, bytes + 4096);
    memcpy(content, blob + XNC_BLOB_HEADER, bytes - XNC_BLOB_HEADER);
    return content;
}

static void *dirty(const Walk *walk, int64_t bytes) {
    uint32_t *memory = arena_alloc(walk->work.arena, (size_t)bytes + 4096);
    for (int64_t i = 0; i < bytes / 4; i++) {
        memory[i] = walk->fill;
    }
    return memory;
}

void run_module(Walk *walk, const Unit *unit, int tasks) {
    const Graph *graph = unit->graph;
    const Module *module = unit->module;
    Arena *arena = walk->work.arena;
    const char *after = arena_printf(arena, "%s with %d tasks", kstage_name(module->stage), tasks);
    float **outputs = NEW_ARRAY(arena, float *, graph->n_outputs);
    InterpResult *results = NEW_ARRAY(arena, InterpResult, graph->n_outputs);
    for (int i = 0; i < graph->n_outputs; i++) {
        results[i].shape = graph->outputs[i]->shape;
        outputs[i] = dirty(walk, shape_elements(&results[i].shape) * 4);
        results[i].data = outputs[i];
    }
    KBuffers buffers = {.input = walk->input, .outputs = outputs};
    buffers.arena = dirty(walk, module_arena_bytes(module, tasks));
    buffers.weights = blob_content(walk, module);
    if (walk->failed) {
        return;
    }
    if (!interp_module(stdout, module, &buffers, tasks)) {
        walk_wrong(walk, "kernels %s: do not run", after);
        return;
    }
    compare_outputs(walk, after, results, graph->n_outputs, false);
}
