/* kparse.c - turns a module's text into the module.
 *
 *   module "m" target "scalar" stage loops   ->   Module { name m, target scalar, KSTAGE_LOOPS }
 *
 * The parts come in one order: header, ports, functions and kernels, constants, layers. It is the
 * order in which print_module() writes them, so printing what was read gives the text again.
 * Parsing stops at the first mistake. Whether names are defined and fit is for verify_module().
 */
#include <string.h>

#include "ktext.h"

static bool parse_stage(Scanner *scan, KStage *stage) {
    for (int i = KSTAGE_LOOPS; i <= KSTAGE_UNROLLED; i++) {
        if (scan_accept(scan, kstage_name((KStage)i))) {
            *stage = (KStage)i;
            return true;
        }
    }
    return FAIL(scan, NULL, "expected a stage: loops, vector or unrolled");
}

/* Reads "int NAME", "ptr NAME", "ptr mut NAME" or "ptrs NAME", with a type in front of the name of
 * a pointer that is not to f32. */
static bool parse_param(Scanner *scan, Function *function) {
    ParamKind kind = PARAM_INT;
    const char *name;
    if (scan_accept(scan, "ptrs")) {
        kind = PARAM_PTRS;
    } else if (!scan_accept(scan, "int")) {
        if (!scan_expect(scan, "ptr")) {
            return false;
        }
        kind = scan_accept(scan, "mut") ? PARAM_PTR_MUT : PARAM_PTR;
    }
    if (function->n_params == MAX_KPARAMS) {
        return FAIL(scan, NULL, "a function has at most %d parameters", MAX_KPARAMS);
    }
    Element element = kind == PARAM_INT ? ELEMENT_f32 : kparse_element(scan);
    if (!kparse_name(scan, "a parameter's name", &name)) {
        return false;
    }
    function_param(function, kind, element, name);
    return true;
}

static bool parse_params(Scanner *scan, Function *function) {
    if (!scan_expect(scan, "(")) {
        return false;
    }
    while (!scan_accept(scan, ")")) {
        if ((function->n_params > 0 && !scan_expect(scan, ",")) || !parse_param(scan, function)) {
            return false;
        }
    }
    return true;
}

/* Joins doc lines, one after the other, into one text with line ends between them. */
static bool parse_docs(Scanner *scan, Function *function) {
    const char *line;
    for (int i = 0; scan_accept(scan, "doc"); i++) {
        if (i == LIMIT_DOC_LINES) {
            return FAIL(scan, NULL, "more than %d lines of doc", LIMIT_DOC_LINES);
        }
        if (!scan_word(scan, "a line of text", &line)) {
            return false;
        }
        function->doc =
            function->doc ? arena_printf(scan->arena, "%s\n%s", function->doc, line) : line;
    }
    return true;
}

/* A kernel has no parameters of its own (KERNEL_PARAMS), so no parentheses either. */
bool kparse_function(Scanner *scan, Module *module) {
    const char *name;
    bool is_kernel = scan_accept(scan, "kernel");
    if ((!is_kernel && !scan_expect(scan, "function")) || !kparse_callee(scan, &name)) {
        return false;
    }
    if (module_function(module, name)) {
        return FAIL(scan, NULL, "there is a function $%s already", name);
    }
    scan->statements[1] = 0;
    Function *function = module_add_function(module, name, is_kernel);
    if (!is_kernel && !parse_params(scan, function)) {
        return false;
    }
    function->is_inline = !is_kernel && scan_accept(scan, "inline");
    function->is_noinline = !is_kernel && !function->is_inline && scan_accept(scan, "noinline");
    return scan_expect(scan, "{") && parse_docs(scan, function) &&
           kparse_stmts(scan, &function->body) && scan_expect(scan, "}");
}

static bool parse_size(Scanner *scan, const char *word, int64_t *size) {
    return scan_expect(scan, word) && scan_integer(scan, "a size", 0, LARGEST_VALUE * 64, size);
}

/* Reads from "module" to the preprocessing: what print_head() writes. */
static bool parse_header(Scanner *scan, Module *module) {
    return scan_expect(scan, "module") && scan_word(scan, "the module's name", &module->name) &&
           scan_expect(scan, "target") && scan_word(scan, "a target", &module->target) &&
           (!scan_accept(scan, "layout") || scan_word(scan, "a target", &module->layout)) &&
           (!scan_accept(scan, "network") || scan_word(scan, "digits", &module->network)) &&
           scan_expect(scan, "stage") && parse_stage(scan, &module->stage) &&
           (!scan_accept(scan, "precision") || scan_precision(scan, &module->precision)) &&
           (!scan_accept(scan, "weights_type") || scan_element(scan, &module->weights_type)) &&
           parse_size(scan, "zeros", &module->zeros_floats) &&
           parse_size(scan, "weights", &module->weights_bytes) && kparse_ports(scan, module);
}

/* Constants and layers follow the functions, so that a kernel's name is known where a layer has it.
 */
static bool parse_items(Scanner *scan, Module *module) {
    while (scan_at(scan, "kernel") || scan_at(scan, "function")) {
        if (module->n_functions == LIMIT_FUNCTIONS) {
            return FAIL(scan, NULL, "more than %d functions", LIMIT_FUNCTIONS);
        }
        if (!kparse_function(scan, module)) {
            return false;
        }
    }
    while (scan_accept(scan, "constant")) {
        if (!kparse_constant(scan, module)) {
            return false;
        }
    }
    while (scan_accept(scan, "layer")) {
        if (!kparse_layer(scan, module)) {
            return false;
        }
    }
    return scan->now.kind == TOKEN_END ||
           FAIL(scan, NULL, "expected a function, kernel, constant or layer");
}

/* The length is checked first: line numbers and columns are ints. */
Module *parse_module(Arena *arena, Diag *diag, const Source *source) {
    if (source->length > LIMIT_TEXT_BYTES) {
        diag_in(diag, DIAG_SYNTAX, source->path, NULL, NULL, "the text has more than %d bytes",
                LIMIT_TEXT_BYTES);
        return NULL;
    }
    Scanner scan = scan_start(arena, diag, source, false);
    Module *module = module_create(arena);
    return parse_header(&scan, module) && parse_items(&scan, module) ? module : NULL;
}
