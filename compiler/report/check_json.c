/* check_json.c - what a check found -> the JSON of xnc check --json.
 *
 *   CheckedValue, CheckedOutput   ->   {"model", "target", "threads", "precision",
 *                                       "values": [{"name", "different", "ulp", ...}, ...],
 *                                       "outputs": [{"name", "relative", "good", ...}, ...],
 *                                       "second_order": products that are rounded so, or null,
 *                                       "agreement": {"images", "same_top1", "moved"} or null}
 */
#include <math.h>

#include "check.h"

/* JSON has no infinity and no NaN (RFC 8259): a number that readers show as infinite. */
static double for_json(double x) {
    return isfinite(x) ? x : 1e300;
}

/* "described_as" is null when the value equals none of the graph as described; its drift is 0. */
static void add_values(const Check *check, json_t *list) {
    for (int i = 0; i < check->unit.module->n_layers; i++) {
        const CheckedValue *value = &check->values[i];
        bool drifted = value->drift.count > 0;
        json_append_object(check->work->arena, list,
                           "{s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:f, s:s?, s:f, s:f, s:I}", "name",
                           value->layer->name, "op", op_info(value->layer->op)->name, "operands",
                           checked_operands(value), "compared", value->seen, "elements",
                           (json_int_t)value->found.count, "different",
                           (json_int_t)value->found.different, "ulp", (json_int_t)value->found.ulp,
                           "relative", for_json(value->found.relative), "described_as",
                           drifted ? value->origin->name : NULL, "drift_relative",
                           for_json(value->drift.relative), "drift_mean",
                           for_json(value->drift.mean), "drift_ulp", (json_int_t)value->drift.ulp);
    }
}

static void add_outputs(const Check *check, const CheckedOutput *outputs, json_t *list) {
    for (int i = 0; i < check->plain->n_outputs; i++) {
        const CheckedOutput *output = &outputs[i];
        json_append_object(
            check->work->arena, list, "{s:s, s:f, s:f, s:I, s:f, s:o, s:I, s:I, s:b}", "name",
            output->name, "relative", for_json(output->found.relative), "spread",
            for_json(output->found.spread), "ulp", (json_int_t)output->found.ulp, "cosine",
            for_json(output->found.cosine), "same_top1",
            output->images ? json_boolean(output->same_top == output->images) : json_null(),
            "images", (json_int_t)output->images, "images_same_top1", (json_int_t)output->same_top,
            "good", output->good);
    }
}

/* null where no images were compared. */
static json_t *agreement_json(const Agreement *agreement) {
    return agreement->images == 0
               ? json_null()
               : json_pack("{s:I, s:I, s:f}", "images", (json_int_t)agreement->images, "same_top1",
                           (json_int_t)agreement->same, "moved", for_json(agreement->moved));
}

/* null without integers. */
static json_t *second_order_json(const Quant *quant) {
    return quant ? json_integer(quant_count_nudged(quant)) : json_null();
}

json_t *check_json(const Check *check, const CheckedOutput *outputs) {
    Arena *arena = check->work->arena;
    json_t *root = json_root(arena, json_object());
    json_t *values = json_array(), *list = json_array();
    double tolerance = check_tolerance(check->plain);
    json_member(arena, root, "model", json_string(check->unit.module->name));
    json_member(arena, root, "target", json_string(check->unit.target->name));
    json_member(arena, root, "threads", json_integer(check->product->threads));
    json_member(arena, root, "precision", json_string(precision_name(check->plain->precision)));
    json_member(arena, root, "tolerance", isfinite(tolerance) ? json_real(tolerance) : json_null());
    json_member(arena, root, "values", values);
    json_member(arena, root, "outputs", list);
    json_member(arena, root, "second_order", second_order_json(check->model.quant));
    json_member(arena, root, "agreement", agreement_json(&check->agreement));
    add_values(check, values);
    add_outputs(check, outputs, list);
    return root;
}
