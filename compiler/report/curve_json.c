/* curve_json.c - see curve_json.h. */
#include "curve_json.h"

#include "quant_curve.h"

/* Each point's time; false after a diagnostic. */
static bool add_points(Arena *arena, const QuantCurve *curve, json_t *points) {
    for (int i = 0; i < curve->quant->n_points; i++) {
        const QuantPoint *point = &curve->quant->points[i];
        int64_t cycles;
        if (!quant_cycles(curve, point->returned, &cycles)) {
            return false;
        }
        json_append_object(arena, points, "{s:I, s:I, s:I, s:I}", "returned",
                           (json_int_t)point->returned, "same", (json_int_t)point->same, "images",
                           (json_int_t)point->images, "cycles", (json_int_t)cycles);
    }
    return true;
}

json_t *curve_json(const Check *check) {
    Arena *arena = check->work->arena;
    const Quant *quant = check->model.quant;
    if (!quant || quant->n_points == 0) {
        return NULL;
    }
    QuantCurve curve = quant_curve(check->work, quant, check->described, check->unit.target);
    json_t *root = json_root(arena, json_object()), *points = json_root(arena, json_array());
    int64_t returned = quant_count(quant, PRECISION_f32), cycles, cycles_f32;
    if (!quant_cycles(&curve, returned, &cycles) ||
        !quant_cycles(&curve, quant->count, &cycles_f32) || !add_points(arena, &curve, points)) {
        return NULL;
    }
    json_member(arena, root, "agreement", json_real((double)quant->agreement));
    json_member(arena, root, "nodes", json_integer(quant->count));
    json_member(arena, root, "returned", json_integer((json_int_t)returned));
    json_member(arena, root, "images", json_integer((json_int_t)quant->points[0].images));
    json_member(arena, root, "cycles", json_integer((json_int_t)cycles));
    json_member(arena, root, "cycles_f32", json_integer((json_int_t)cycles_f32));
    json_member(arena, root, "points", json_incref(points));
    return root;
}
