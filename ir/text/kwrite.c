/* kwrite.c - kernel IR from text in the middle of C code: how lowering writes it.
 *
 *   stmts_text(arena, &body, "vec x = broadcast a[r * %d + k]\n", pitch);
 *   int_text(arena, "p / %d + 1", width)   ->   p / 19 + 1
 *
 * The text goes through the parser of ktext.h, so what code writes is what a person could write.
 */
#include <string.h>

#include "ktext.h"

/* What is parsed is our own text, so a mistake is a broken invariant: the diagnostic is printed to
 * standard error before the end. */
static KText own_text(Arena *arena, const char *format, va_list args) {
    Source *source = NEW(arena, Source);
    source->path = "(built-in kernel text)";
    source->text = arena_vprintf(arena, format, args);
    source->length = strlen(source->text);
    return ktext_start(arena, diag_create(arena, stderr), source);
}

static void check_parsed(const KText *text, bool parsed, const char *where) {
    if (!parsed || text->token.kind != KTOKEN_END) {
        internal_error(where, "cannot read this:\n%s", text->source->text);
    }
}

const IntExpr *int_text(Arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    KText text = own_text(arena, format, args);
    va_end(args);
    const IntExpr *expr = NULL;
    check_parsed(&text, kparse_int(&text, &expr), "int_text");
    return expr;
}

void stmts_vtext(Arena *arena, StmtList *list, const char *format, va_list args) {
    KText text = own_text(arena, format, args);
    check_parsed(&text, kparse_stmts(&text, list), "stmts_text");
}

void stmts_text(Arena *arena, StmtList *list, const char *format, ...) {
    va_list args;
    va_start(args, format);
    stmts_vtext(arena, list, format, args);
    va_end(args);
}

Function *function_text(Module *module, const char *format, ...) {
    va_list args;
    va_start(args, format);
    KText text = own_text(module->arena, format, args);
    va_end(args);
    check_parsed(&text, kparse_function(&text, module), "function_text");
    return module->functions[module->n_functions - 1];
}
