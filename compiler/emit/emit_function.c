/* emit_function.c - writes a function of the module: its comment, its head, its local names.
 *
 *   kernel $relu_19x19_728 { ptr mut to = out ... }   ->
 *
 *   static void relu_19x19_728(const xnc_args *args) {
 *       float *to = args->out;
 *
 * A kernel's parameters are fields of args (KERNEL_PARAMS). One whose only use is a pointer that
 * gives it a better name is written there as args->out; the others that are used get a local of
 * their own name. A parameter of a helper that the helper never reads (a pitch, in a tile of one
 * row) is left out of its head and of all calls, so that nothing emitted is unused.
 */
#include <string.h>

#include "emit_internal.h"

/* A variable of a kind of parameter in C: "const float *a". */
static const char *variable_text(const Emit *emit, ParamKind kind, Element element,
                                 const char *name) {
    const char *type = element_info(element)->c_type;
    switch (kind) {
    case PARAM_INT:
        return arena_printf(emit->arena, "%s %s", emit->int_type, name);
    case PARAM_PTR:
        return arena_printf(emit->arena, "const %s *%s", type, name);
    case PARAM_PTR_MUT:
        return arena_printf(emit->arena, "%s *%s", type, name);
    case PARAM_PTRS:
        return arena_printf(emit->arena, "const %s *const *%s", type, name);
    }
    return name;
}

/* "static void NAME(...) {". XNC_INLINE is a macro of xnc_model.h that forces inlining, so that
 * sizes which are numbers in a call are numbers in the helper's loops; XNC_NOINLINE forbids it. */
static const char *head_text(const Emit *emit, const Function *function) {
    if (function->is_kernel) {
        return arena_printf(emit->arena, "static void %s(const xnc_args *args) {", function->name);
    }
    const char *params = "";
    for (int i = 0; i < function->n_params; i++) {
        const KParam *param = &function->params[i];
        if (emit_is_read(emit, function, i)) {
            params = arena_printf(emit->arena, "%s%s%s", params, *params ? ", " : "",
                                  variable_text(emit, param->kind, param->element, param->name));
        }
    }
    const char *storage = function->is_inline     ? "XNC_INLINE"
                          : function->is_noinline ? "XNC_NOINLINE"
                                                  : "static";
    return arena_printf(emit->arena, "%s void %s(%s) {", storage, function->name,
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

/* A pointer of the outermost scope that only renames a parameter that nothing else names. With an
 * offset it would need a type to count in, which a field of xnc_args does not have. */
static bool renames_param(const Emit *emit, const Function *function, const Stmt *stmt) {
    return stmt->kind == STMT_PTR && !stmt->cond && kernel_param(stmt->base.name) >= 0 &&
           stmt->value->kind == INT_CONST && stmt->value->number == 0 &&
           emit_count_uses(emit, function, stmt->base.name) == 1;
}

/* Whether some statement renames the parameter, so that it needs no local. */
static bool is_renamed(const Emit *emit, const Function *function, const char *name) {
    for (int i = 0; i < function->body.count; i++) {
        if (renames_param(emit, function, function->body.at[i]) &&
            strcmp(function->body.at[i]->base.name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* "const float *residual = args->residual;" for each parameter that the body reads by its own
 * name; the fields of xnc_args have no type of elements. */
static void emit_locals(const Emit *emit, const Function *function) {
    for (int i = 0; i < KPARAM_COUNT; i++) {
        const char *name = kernel_params[i].name;
        if (emit_count_uses(emit, function, name) > 0 && !is_renamed(emit, function, name)) {
            emit_linef(emit, 1, "%s%s = %s;", kernel_params[i].kind == PARAM_INT ? "const " : "",
                       variable_text(emit, kernel_params[i].kind, ELEMENT_f32, name),
                       kernel_params[i].spelling);
        }
    }
}

/* A copy of the body in which a renaming pointer starts from the field of args itself: "out"
 * becomes "args->out", which emit_reg() writes like any name. The module is not changed. */
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

/* In a kernel the leading dims come before the locals: named sizes read best at the very top. */
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
