/* kverify_tables.c - checks invariants 6 and 7 of kernel.h: the rows of a module's tables refer to
 * kernels, outputs, weights and places that exist.
 *
 *   layer "fc" ... weights 12345 ...    broken: 12345 is not a multiple of 64
 *
 * After that, code that emits or runs a module needs no further checks of its own: outputs exist,
 * what is read begins in the arena or the blob, the blob can be written from front to back, and
 * sums and products of sizes do not overflow.
 */
#include "kverify_tables.h"

#include "internal.h"
#include "kmatrix.h"
#include "target.h"

enum { LINE_BYTES = 64 /* the alignment of all offsets: a cache line */ };

typedef struct Tables {
    FILE *out;
    const Module *module;
    int errors;
} Tables;

static void broken(Tables *tables, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void broken(Tables *tables, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vfprintf(tables->out, format, args);
    fputc('\n', tables->out);
    va_end(args);
    tables->errors++;
}

static bool is_line(int64_t offset) {
    return offset >= 0 && offset % LINE_BYTES == 0;
}

/* A result in the arena has no upper limit, as the arena's size follows from the results; what is
 * read there has one: check_reads(). */
static void check_place(Tables *tables, const Layer *layer, const Place *place) {
    bool outside = place->at < 0 || place->at >= tables->module->n_outputs;
    if ((place->space == SPACE_ARENA && !is_line(place->at)) ||
        (place->space == SPACE_OUTPUT && outside)) {
        broken(tables, "layer %s: there is no place %lld", layer->name, (long long)place->at);
    }
}

static void check_places(Tables *tables, const Layer *layer) {
    check_place(tables, layer, &layer->in);
    check_place(tables, layer, &layer->residual);
    check_place(tables, layer, &layer->out);
    if (layer->out.space == SPACE_INPUT) {
        broken(tables, "layer %s writes the input", layer->name);
    }
    if (layer->out_pixels < 0 || layer->out_pitch < 0 ||
        times(layer->out_pixels, layer->out_pitch) > LARGEST_VALUE) {
        broken(tables, "layer %s: the size of its result makes no sense", layer->name);
    }
}

static void check_layer(Tables *tables, const Layer *layer) {
    const Function *kernel = module_function(tables->module, layer->kernel);
    if (!kernel || !kernel->is_kernel) {
        broken(tables, "layer %s: there is no kernel $%s", layer->name, layer->kernel);
    }
    check_places(tables, layer);
    for (int i = 0; i < layer->n_weights; i++) {
        int64_t at = layer->weights[i];
        if (at != -1 && (!is_line(at) || at >= tables->module->weights_bytes)) {
            broken(tables, "layer %s: weights at %lld", layer->name, (long long)at);
        }
    }
    if (!is_line(layer->scratch_bytes) || !is_line(layer->scratch_offset)) {
        broken(tables, "layer %s: scratch is not in lines of 64 bytes", layer->name);
    }
}

/* Needs layers without errors, as the size of the arena follows from them. */
static void check_reads(Tables *tables) {
    const Module *module = tables->module;
    int64_t bytes = module_arena_bytes(module, 1);
    for (int i = 0; i < module->n_layers; i++) {
        const Layer *layer = &module->layers[i];
        const Place *reads[] = {&layer->in, &layer->residual};
        for (int j = 0; j < 2; j++) {
            if (reads[j]->space == SPACE_ARENA && reads[j]->at >= bytes) {
                broken(tables, "layer %s reads at %lld, the arena has %lld bytes", layer->name,
                       (long long)reads[j]->at, (long long)bytes);
            }
        }
    }
}

/* end is that of the constant before this one: the blob is written from front to back. */
static void check_constant(Tables *tables, const Constant *constant, int64_t end) {
    const char *slot = slot_name(constant->slot);
    if (!is_line(constant->offset) || constant->bytes < 0 ||
        plus(constant->offset, constant->bytes) > tables->module->weights_bytes) {
        broken(tables, "constant %s.%s lies outside the blob or between lines", constant->node,
               slot);
    } else if (constant->offset < end) {
        broken(tables, "constant %s.%s lies at %lld, the one before it ends at %lld",
               constant->node, slot, (long long)constant->offset, (long long)end);
    }
    if (constant->expr && times(shape_elements(&constant->expr->shape),
                                element_bytes(constant->expr->element)) > constant->bytes) {
        broken(tables, "constant %s.%s has more values than its %lld bytes hold", constant->node,
               slot, (long long)constant->bytes);
    }
}

static void check_constants(Tables *tables) {
    int64_t end = 0;
    for (int i = 0; i < tables->module->n_constants; i++) {
        const Constant *constant = &tables->module->constants[i];
        check_constant(tables, constant, end);
        end = plus(constant->offset, constant->bytes);
    }
}

int verify_tables(FILE *out, const Module *module) {
    Tables tables = {.out = out, .module = module};
    if (module->n_outputs == 0) {
        broken(&tables, "there is no output");
    }
    for (int i = 0; i < module->n_layers; i++) {
        check_layer(&tables, &module->layers[i]);
    }
    if (tables.errors == 0) {
        check_reads(&tables);
    }
    check_constants(&tables);
    return tables.errors;
}

/* A lane must be there. Before KSTAGE_VECTOR there is no second one yet. */
static const char *lane_mistake(const Module *module, const Target *target, const IntExpr *lane) {
    int64_t lanes = module->stage >= KSTAGE_VECTOR ? target->lanes : 1;
    if (lane->kind != INT_CONST) {
        return module->stage == KSTAGE_UNROLLED ? "a lane is not constant" : NULL;
    }
    return lane->number < 0 || lane->number >= lanes ? "there is no such lane" : NULL;
}

/* What a target need not spell. */
static bool is_spelled(const Target *target, const Stmt *stmt) {
    if (stmt->kind == STMT_STORE) {
        return target_store(target, stmt->element) != NULL;
    }
    return (stmt->kind != STMT_VEC && stmt->kind != STMT_SET) || !kop_is(stmt->op, MAY_LACK) ||
           target->spelling[stmt->op];
}

const char *spelling_mistake(const Module *module, const Stmt *stmt) {
    const Target *target = target_by_name(module->target);
    if (stmt->kind == STMT_CALL) {
        return matrix_mistake(module, stmt);
    }
    if (target && !is_spelled(target, stmt)) {
        return stmt->kind == STMT_STORE ? "the target stores no such elements"
                                        : "the target has no such operation";
    }
    bool computes = stmt->kind == STMT_VEC || stmt->kind == STMT_SET;
    if (target && computes && kop_is(stmt->op, OF_LANE)) {
        return lane_mistake(module, target, stmt->value);
    }
    bool typed = stmt->kind == STMT_STORE && stmt->element != ELEMENT_f32;
    return typed && (stmt->cond || stmt->below)
               ? "a store of another type than f32 says first or below"
               : NULL;
}
