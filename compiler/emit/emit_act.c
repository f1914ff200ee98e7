/* emit_act.c - writes the functions of activations that need exp or erf (emit_composed.c).
 *
 *   sigmoid   ->   static __m256 sigmoid(__m256 x) { ... return result; }
 *
 * The kernel text of each row is parsed and written by the same code as kernels' bodies, so the
 * target's rows spell its steps too.
 */
#include "emit_internal.h"

/* In the order of the rows, which puts a function before those that call it. */
void emit_composed(Emit *emit, const EmitUses *uses) {
    const char *type = emit->target->vec_type;
    for (int i = 0; i < COMPOSED_ROWS; i++) {
        StmtList steps = {0};
        if (!uses->ops[emit_composed_rows[i].op]) {
            continue;
        }
        stmts_text(emit->arena, &steps, "%s", emit_composed_rows[i].steps);
        fputc('\n', emit->out);
        emit_comment(emit, 0, emit_composed_rows[i].doc);
        emit_linef(emit, 0, "static %s %s(%s x) {", type, kop_info(emit_composed_rows[i].op)->name,
                   type);
        emit_stmts(emit, &steps, 1);
        emit_line(emit, 1, "return result;");
        emit_line(emit, 0, "}");
    }
}
