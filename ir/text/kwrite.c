/* kwrite.c - turns text in the middle of C code into kernel IR, for lowering.
 *
 *   stmts_text(arena, &body, "vec x = broadcast a[r * %d + k]\n", pitch);
 *
 * The text goes through the same parser as a module's text, so lowering reads like the kernels that
 * it makes, and cannot make anything that the text form cannot express.
 */
#include <string.h>

#include "ktext.h"

/* A scanner of the formatted text. A mistake in it is a mistake of xnc: the diagnostic goes to
 * standard error, and check_parsed() ends the program. */
static Scanner own_text(Arena *arena, const char *format, va_list args) {
    Source *source = NEW(arena, Source);
    source->path = "(built-in kernel text)";
    source->text = arena_vprintf(arena, format, args);
    source->length = strlen(source->text);
    return scan_start(arena, diag_create(arena, stderr), source, false);
}

static void check_parsed(const Scanner *scan, bool parsed, const char *where) {
    if (!parsed || scan->now.kind != TOKEN_END) {
        internal_error(where, "cannot read this:\n%s", scan->source->text);
    }
}

void stmts_text(Arena *arena, StmtList *list, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Scanner scan = own_text(arena, format, args);
    va_end(args);
    check_parsed(&scan, kparse_stmts(&scan, list), "stmts_text");
}

Function *function_text(Module *module, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Scanner scan = own_text(module->arena, format, args);
    va_end(args);
    check_parsed(&scan, kparse_function(&scan, module), "function_text");
    return module->functions[module->n_functions - 1];
}
