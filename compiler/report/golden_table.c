/* golden_table.c - digests of what a network computes -> lines of text, or JSON.
 *
 *   stem.0.conv   conv2d   1x32x32x32   1b0f49a4fe7e2c3f   ...one digest for each input
 */
#include "golden_table.h"

#include <inttypes.h>

#include "clean.h"

const char *golden_weights_type(const GoldenTable *table) {
    const Graph *graph = table->unit.graph;
    return graph->precision == PRECISION_f32 ? element_info(graph->weights_type)->name
                                             : precision_name(graph->precision);
}

const char *golden_precision(const GoldenTable *table) {
    return precision_name(table->unit.graph->precision);
}

static const Shape *shape_of(const GoldenTable *table, const Layer *layer) {
    return &graph_node(table->unit.graph, layer->name)->out[0]->shape;
}

static uint64_t digest_of(const GoldenTable *table, int layer, int input) {
    return table->digests->of_layers[layer * table->digests->n_inputs + input];
}

static void print_row(const GoldenTable *table, int index) {
    const Layer *layer = &table->unit.module->layers[index];
    const Shape *shape = shape_of(table, layer);
    const char *dims = "";
    for (int i = 0; i < shape->rank; i++) {
        dims = arena_printf(table->unit.arena, "%s%s%" PRId64, dims, i ? "x" : "", shape->dim[i]);
    }
    print_clean(stdout, "%-36s %-10s %-16s", layer->name,
                layer->out.space == SPACE_OUTPUT ? "output" : op_info(layer->op)->name, dims);
    for (int i = 0; i < table->digests->n_inputs; i++) {
        printf(" %016" PRIx64, digest_of(table, index, i));
    }
    putchar('\n');
}

void golden_table_print(const GoldenTable *table) {
    const Module *module = table->unit.module;
    print_clean(stdout, "%-36s %-10s %-16s", module->name, "operation", golden_precision(table));
    for (int i = 0; i < table->digests->n_inputs; i++) {
        print_clean(stdout, " %-16s", table->digests->inputs[i].name);
    }
    putchar('\n');
    for (int i = 0; i < module->n_layers; i++) {
        print_row(table, i);
    }
}

static json_t *shape_json(Arena *arena, const Shape *shape) {
    json_t *dims = json_root(arena, json_array());
    for (int i = 0; i < shape->rank; i++) {
        if (json_array_append_new(dims, json_integer(shape->dim[i])) != 0) {
            arena_fail(arena);
        }
    }
    return json_incref(dims);
}

static json_t *digests_json(Arena *arena, const GoldenTable *table, int layer) {
    json_t *digests = json_root(arena, json_object());
    for (int i = 0; i < table->digests->n_inputs; i++) {
        const char *text = arena_printf(arena, "%016" PRIx64, digest_of(table, layer, i));
        json_member(arena, digests, table->digests->inputs[i].name, json_string(text));
    }
    return json_incref(digests);
}

json_t *golden_table_json(Arena *arena, const GoldenTable *table) {
    const Module *module = table->unit.module;
    json_t *root = json_root(arena, json_object()), *inputs = json_array(), *values = json_array();
    json_member(arena, root, "model", json_string(module->name));
    json_member(arena, root, "precision", json_string(golden_precision(table)));
    json_member(arena, root, "weights_type", json_string(golden_weights_type(table)));
    json_member(arena, root, "input", shape_json(arena, &module->input.shape));
    json_member(arena, root, "inputs", inputs);
    json_member(arena, root, "values", values);
    for (int i = 0; i < table->digests->n_inputs; i++) {
        if (json_array_append_new(inputs, json_string(table->digests->inputs[i].name)) != 0) {
            arena_fail(arena);
        }
    }
    for (int i = 0; i < module->n_layers; i++) {
        const Layer *layer = &module->layers[i];
        json_append_object(
            arena, values, "{s:s, s:s, s:s, s:o, s:b, s:o}", "name", layer->name, "op",
            op_info(layer->op)->name, "type", element_info(layer->out_element)->name, "shape",
            shape_json(arena, shape_of(table, layer)), "output", layer->out.space == SPACE_OUTPUT,
            "digests", digests_json(arena, table, i));
    }
    return root;
}
