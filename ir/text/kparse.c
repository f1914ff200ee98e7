/* kparse.c - reads a module's text: header, functions, constants, layers, in that order.
 *
 *   module m target "scalar" stage loops   ->   Module { name m, target scalar, KSTAGE_LOOPS }
 *
 * The text is what print_module() writes, so print(parse(text)) is the text again.
 */
#include <string.h>

#include "ktext.h"

static bool parse_stage(KText *text, KStage *stage) {
    for (int i = KSTAGE_LOOPS; i <= KSTAGE_UNROLLED; i++) {
        if (ktext_accept(text, kstage_name((KStage)i))) {
            *stage = (KStage)i;
            return true;
        }
    }
    return ktext_error(text, NULL, "expected a stage: loops, vector or unrolled");
}

static bool parse_param(KText *text, Function *function) {
    ParamKind kind = PARAM_INT;
    const char *name;
    if (ktext_accept(text, "ptrs")) {
        kind = PARAM_PTRS;
    } else if (!ktext_accept(text, "int")) {
        if (!ktext_expect(text, "ptr")) {
            return false;
        }
        kind = ktext_accept(text, "mut") ? PARAM_PTR_MUT : PARAM_PTR;
    }
    bool is_restrict = kind != PARAM_INT && kind != PARAM_PTRS && ktext_accept(text, "restrict");
    if (function->n_params == MAX_KPARAMS) {
        return ktext_error(text, NULL, "a function has at most %d parameters", MAX_KPARAMS);
    }
    if (!ktext_name(text, "a parameter's name", &name)) {
        return false;
    }
    function_param(function, kind, name, is_restrict);
    return true;
}

static bool parse_params(KText *text, Function *function) {
    if (!ktext_expect(text, "(")) {
        return false;
    }
    while (!ktext_accept(text, ")")) {
        if ((function->n_params > 0 && !ktext_expect(text, ",")) || !parse_param(text, function)) {
            return false;
        }
    }
    return true;
}

static bool parse_docs(KText *text, Function *function) {
    const char *line;
    while (ktext_accept(text, "doc")) {
        if (!ktext_string(text, &line)) {
            return false;
        }
        function->doc =
            function->doc ? arena_printf(text->arena, "%s\n%s", function->doc, line) : line;
    }
    return true;
}

bool kparse_function(KText *text, Module *module) {
    const char *name;
    bool is_kernel = ktext_accept(text, "kernel");
    if ((!is_kernel && !ktext_expect(text, "function")) || !ktext_callee(text, &name)) {
        return false;
    }
    if (module_function(module, name)) {
        return ktext_error(text, NULL, "there is a function $%s already", name);
    }
    Function *function = module_add_function(module, name, is_kernel);
    if (!is_kernel && !parse_params(text, function)) {
        return false;
    }
    function->is_inline = !is_kernel && ktext_accept(text, "inline");
    return ktext_expect(text, "{") && parse_docs(text, function) &&
           kparse_stmts(text, &function->body) && ktext_expect(text, "}");
}

static bool parse_header(KText *text, Module *module) {
    return ktext_expect(text, "module") && ktext_name(text, "the module's name", &module->name) &&
           ktext_expect(text, "target") && ktext_string(text, &module->target) &&
           ktext_expect(text, "stage") && parse_stage(text, &module->stage) &&
           ktext_expect(text, "zeros") && ktext_int(text, &module->zeros_floats) &&
           ktext_expect(text, "weights") && ktext_int(text, &module->weights_bytes);
}

static bool parse_items(KText *text, Module *module) {
    while (ktext_at(text, "kernel") || ktext_at(text, "function")) {
        if (!kparse_function(text, module)) {
            return false;
        }
    }
    while (ktext_accept(text, "constant")) {
        if (!kparse_constant(text, module)) {
            return false;
        }
    }
    while (ktext_accept(text, "layer")) {
        if (!kparse_layer(text, module)) {
            return false;
        }
    }
    return text->token.kind == KTOKEN_END ||
           ktext_error(text, NULL, "expected a function, kernel, constant or layer");
}

Module *parse_module(Arena *arena, Diag *diag, const Source *source) {
    KText text = ktext_start(arena, diag, source);
    Module *module = module_create(arena);
    return parse_header(&text, module) && parse_items(&text, module) ? module : NULL;
}
