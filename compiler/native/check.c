/* check.c - each value that generated code writes, against the interpreter on the planned graph.
 *
 * The interpreter runs first and its results are kept by the name of the node. The runtime's
 * profile callback then sees the arena after each layer, before later layers reuse the place. Both
 * compute the same chains of multiply-adds (ir/graph/ir.h, Numbers), so bits are compared.
 */
#include "check.h"

#include <string.h>

#include "interpret.h"
#include "layer_value.h"
#include "operands.h"
#include "origins.h"
#include "rewrite.h"

/* An InterpWatch: keeps a copy of a node's result for the layer of the same name. The interpreter
 * frees its own after the last reader. */
static void keep_result(void *context, const Node *node, const float *data, const Shape *shape) {
    Check *check = context;
    CheckedValue *value = map_get(check->by_name, node->name);
    if (value) {
        int64_t count = shape_elements(shape);
        float *copy = NEW_ARRAY(check->work->arena, float, count);
        memcpy(copy, data, (size_t)count * sizeof *copy);
        value->expected = copy;
        value->shape = *shape;
    }
}

/* What is expected as numbers, for which integers of a map stand. NULL when the reader failed. */
static const float *expected_numbers(const Check *check, Arena *arena, const CheckedValue *value) {
    const Value *map = value->node->out[0];
    if (map->element != ELEMENT_u8) {
        return value->expected;
    }
    const float *scale =
        expr_eval_f32(arena, map_number(arena, map, "map_scale"), param_source_read, check->source);
    const float *zero =
        expr_eval_f32(arena, map_number(arena, map, "map_zero"), param_source_read, check->source);
    int64_t count = shape_elements(&value->shape);
    int64_t plane = value->shape.dim[2] * value->shape.dim[3];
    float *numbers = scale && zero ? NEW_ARRAY(arena, float, count) : NULL;
    for (int64_t i = 0; numbers && i < count; i++) {
        int64_t c = i / plane % value->shape.dim[1];
        numbers[i] = scale[c] * (value->expected[i] - zero[c]);
    }
    return numbers;
}

/* An InterpWatch on the graph as described: how far folding and fusing moved a value, the planned
 * graph's result beside that of its origin. */
static void note_drift(void *context, const Node *node, const float *data, const Shape *shape) {
    Check *check = context;
    for (int i = 0; i < check->unit.module->n_layers; i++) {
        CheckedValue *value = &check->values[i];
        if (value->origin == node && value->expected && shape_equal(shape, &value->shape)) {
            Arena *part = arena_child(check->work->arena);
            const float *numbers = expected_numbers(check, part, value);
            if (numbers) {
                value->drift = compare_floats(numbers, data, shape_elements(shape));
            }
            arena_destroy(part);
        }
    }
}

/* outputs may be NULL. False after a diagnostic. */
static bool run_interpreter(Check *check, const Graph *graph, float *const *outputs,
                            InterpWatch *watch) {
    const Interpretation asked = {.graph = graph,
                                  .source = check->source,
                                  .input = check->input,
                                  .watch = watch,
                                  .watch_context = check,
                                  .outputs = outputs,
                                  .threads = check->request.threads};
    progress_step(check->work->progress, "interpreting the graph %s",
                  graph == check->plain ? "as described" : "after all passes");
    return interpret(check->work, &asked);
}

bool check_interpret_described(Check *check, float *const *outputs) {
    return run_interpreter(check, check->plain, outputs, note_drift);
}

static void note_origin(Node *node, void *context) {
    const Check *check = context;
    CheckedValue *value = map_get(check->by_name, node->name);
    if (value) {
        value->node = node;
        value->origin = origin_of_result(check->plain, check->unit.graph, node);
    }
}

bool check_expect(Check *check) {
    Arena *arena = check->work->arena;
    const Module *module = check->unit.module;
    check->values = NEW_ARRAY(arena, CheckedValue, module->n_layers);
    check->by_name = map_by_name(arena);
    for (int i = 0; i < module->n_layers; i++) {
        check->values[i].layer = &module->layers[i];
        map_put(check->by_name, module->layers[i].name, &check->values[i]);
    }
    graph_each(check->unit.graph, note_origin, check);
    return run_interpreter(check, check->unit.graph, NULL, keep_result);
}

/* An xnc_profile. The copy of the value has an arena of its own. */
static void see_layer(void *context, int index, uint64_t nanoseconds, const void *values) {
    Check *check = context;
    CheckedValue *value = &check->values[index];
    const Layer *layer = value->layer;
    (void)nanoseconds;
    if (!value->expected ||
        layer->out_channels * layer->out_pixels != shape_elements(&value->shape)) {
        return;
    }
    Arena *arena = arena_child(check->work->arena);
    const float *got = layer_value(arena, check->unit.module, layer, values, check->outputs);
    value->seen = true;
    value->found = compare_floats(got, value->expected, shape_elements(&value->shape));
    arena_destroy(arena);
}

bool check_run(Check *check) {
    progress_step(check->work->progress, "running the generated code");
    check->product->exec.profile = see_layer;
    check->product->exec.profile_context = check;
    return product_run(check->work->diag, check->product, check->input, check->outputs);
}

const char *checked_operands(const CheckedValue *value) {
    bool product = value->node && node_has(value->node, PRODUCT);
    return product ? element_info(operand_element(value->node))->name : "";
}

int check_wrong_values(const Check *check) {
    int wrong = 0;
    for (int i = 0; i < check->unit.module->n_layers; i++) {
        const CheckedValue *value = &check->values[i];
        wrong += !value->seen || value->found.different > 0;
    }
    return wrong;
}
