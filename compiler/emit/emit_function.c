/* emit_function.c - writes a function of the module: its comment, its head, its local names.
 *
 *   kernel $relu_19x19_728 { ptr mut to = out ... }   ->
 *
 *   static void relu_19x19_728(const xnc_args *args) {
 *       float *to = args->out;
 *
 * A kernel's parameters are fields of args. One that is named once, to give it a better name, is
 * written in place; the others get a local of their own name. A helper's parameter that the helper
 * never reads (a pitch, in a tile of one row) is left out of its head and of its calls.
 */
#include <string.h>

#include "emit_internal.h"

static const char *param_text(const Emit *emit, const KParam *param) {
    static const char *const types[] = {"", "const float *", "float *", "const float *const *"};
    if (param->kind == PARAM_INT) {
        return arena_printf(emit->arena, "%s %s", emit->int_type, param->name);
    }
    return arena_printf(emit->arena, "%s%s", types[param->kind], param->name);
}

static const char *head_text(const Emit *emit, const Function *function) {
    if (function->is_kernel) {
        return arena_printf(emit->arena, "static void %s(const xnc_args *args) {", function->name);
    }
    const char *params = "";
    for (int i = 0; i < function->n_params; i++) {
        if (emit_is_read(emit, function, i)) {
            params = arena_printf(emit->arena, "%s%s%s", params, *params ? ", " : "",
                                  param_text(emit, &function->params[i]));
        }
    }
    return arena_printf(emit->arena, "%s void %s(%s) {",
                        function->is_inline ? "XNC_INLINE" : "static", function->name,
                        *params ? params : "void");
}

/* Index among the kernel's parameters, or -1. */
static int kernel_param(const char *name) {
    for (int i = 0; i < KPARAM_COUNT; i++) {
        if (name && strcmp(kernel_params[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* A pointer of the outermost scope that only renames a parameter that nothing else names. */
static bool renames_param(const Emit *emit, const Function *function, const Stmt *stmt) {
    return stmt->kind == STMT_PTR && !stmt->cond && kernel_param(stmt->base.name) >= 0 &&
           emit_count_uses(emit, function, stmt->base.name) == 1;
}

static bool is_renamed(const Emit *emit, const Function *function, const char *name) {
    for (int i = 0; i < function->body.count; i++) {
        if (renames_param(emit, function, function->body.at[i]) &&
            strcmp(function->body.at[i]->base.name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void emit_locals(const Emit *emit, const Function *function) {
    static const char *const types[] = {"const int ", "const float *", "float *", ""};
    for (int i = 0; i < KPARAM_COUNT; i++) {
        const char *name = kernel_params[i].name;
        if (emit_count_uses(emit, function, name) > 0 && !is_renamed(emit, function, name)) {
            emit_linef(emit, 1, "%s%s = %s;", types[kernel_params[i].kind], name,
                       kernel_params[i].spelling);
        }
    }
}

/* The body, with renamed parameters spelled as fields of args. */
static StmtList kernel_body(const Emit *emit, const Function *function) {
    StmtList body = {0};
    stmts_copy(emit->arena, &body, &function->body, NULL, NULL);
    for (int i = 0; i < body.count; i++) {
        if (renames_param(emit, function, body.at[i])) {
            body.at[i]->base.name = kernel_params[kernel_param(body.at[i]->base.name)].spelling;
        }
    }
    return body;
}

void emit_function(Emit *emit, const Function *function) {
    emit->function = function;
    fputc('\n', emit->out);
    if (function->doc) {
        emit_comment(emit, 0, function->doc);
    }
    emit_line(emit, 0, head_text(emit, function));
    StmtList body = function->body;
    int first = 0;
    if (function->is_kernel) {
        body = kernel_body(emit, function);
        while (first < body.count && body.at[first]->kind == STMT_DIM) {
            first++;
        }
        StmtList dims = {body.at, first, first};
        emit_stmts(emit, &dims, 1);
        emit_locals(emit, function);
    }
    StmtList rest = {body.at + first, body.count - first, body.count - first};
    emit_stmts(emit, &rest, 1);
    emit_line(emit, 0, "}");
    emit->function = NULL;
}
