/* emit_act.c - activations that need exp or erf, composed of the target's rows.
 *
 *   sigmoid   ->   static __m256 sigmoid(__m256 x) { ... return result; }
 *
 * The steps are those of interp_act() (ir/interp_act.c) in the same order, each rounded to f32, so
 * every target gives the same bits. No product is added to anything, so nothing can be contracted.
 */
#include "emit_internal.h"

static const struct {
    KOp op;
    const char *doc, *steps;
} composed[] = {
    {KOP_sigmoid, "1 / (1 + exp(-x))",
     "vec zero_lanes = zero\n"
     "vec one = constant 1\n"
     "vec minus_x = sub zero_lanes, x\n"
     "vec power = exp minus_x\n"
     "vec sum = add one, power\n"
     "vec result = div one, sum\n"},
    {KOP_silu, "x * sigmoid(x)",
     "vec gate = sigmoid x\n"
     "vec result = mul x, gate\n"},
    {KOP_gelu, "x / 2 * (1 + erf(x / sqrt(2)))",
     "vec half = constant 0.5\n"
     "vec one = constant 1\n"
     "vec root_half = constant 0.707106769\n"
     "vec scaled = mul x, root_half\n"
     "vec error = erf scaled\n"
     "vec sum = add one, error\n"
     "vec half_x = mul half, x\n"
     "vec result = mul half_x, sum\n"},
};

enum { COMPOSED = sizeof composed / sizeof *composed };

/* From the last row to the first, as silu stands behind the sigmoid that it calls. */
void emit_composed_uses(Arena *arena, EmitUses *uses) {
    for (int i = COMPOSED - 1; i >= 0; i--) {
        StmtList steps = {0};
        if (!uses->ops[composed[i].op]) {
            continue;
        }
        stmts_text(arena, &steps, "%s", composed[i].steps);
        for (int j = 0; j < steps.count; j++) {
            uses->ops[steps.at[j]->op] = true;
        }
    }
}

void emit_composed(Emit *emit, const EmitUses *uses) {
    const char *type = emit->target->vec_type;
    for (int i = 0; i < COMPOSED; i++) {
        StmtList steps = {0};
        if (!uses->ops[composed[i].op]) {
            continue;
        }
        stmts_text(emit->arena, &steps, "%s", composed[i].steps);
        fputc('\n', emit->out);
        emit_comment(emit, 0, composed[i].doc);
        emit_linef(emit, 0, "static %s %s(%s x) {", type, kop_info(composed[i].op)->name, type);
        emit_stmts(emit, &steps, 1);
        emit_line(emit, 1, "return result;");
        emit_line(emit, 0, "}");
    }
}
