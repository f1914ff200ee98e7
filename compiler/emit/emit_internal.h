/* emit_internal.h - what the files of the emitter share. Users include emit.h.
 *
 * Each statement is first made as one line of text in the arena; emit_line() then breaks it where
 * clang-format would, so that the result needs no formatting.
 */
#ifndef XNC_COMPILER_EMIT_INTERNAL_H
#define XNC_COMPILER_EMIT_INTERNAL_H

#include "emit.h"

enum { EMIT_COLUMNS = 100, EMIT_INDENT = 4 };

/* What the functions of a module need besides themselves: found by emit_uses() before anything is
 * written, as includes and helpers come before the functions that need them. */
typedef struct EmitUses {
    bool ops[KOP_COUNT]; /* composed operations count what they are made of */
    bool min_int, max_int, store_first, infinity, matrix;
    bool stores[ELEMENT_COUNT]; /* of vectors, by the type of elements that they become */
} EmitUses;

typedef struct Emit {
    Arena *arena;
    FILE *out;
    const Module *module;
    const Target *target; /* whose rows spell the operations; NULL in a header or chooser */
    const EmitOptions *options;
    const Function *function; /* the one being written; NULL outside functions */
    const char *int_type;     /* C type of sizes and indexes: "int" or "int64_t" */
    Map *names;               /* see emit_count_uses() */
} Emit;

/* ---- emit_text.c ---- */
/* depth levels of indentation, then the text and a newline. */
void emit_line(const Emit *emit, int depth, const char *text);
void emit_linef(const Emit *emit, int depth, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The text as a comment, its lines filled up to the margin. */
void emit_comment(const Emit *emit, int depth, const char *text);

/* ---- emit_expr.c ---- */
const char *emit_int(const Emit *emit, const IntExpr *expr);
/* The C name of a variable: acc_3_1, or tap[j] of an array of pointers. */
const char *emit_reg(const Emit *emit, const Reg *reg);
/* base + offset */
const char *emit_pointer(const Emit *emit, const Reg *base, const IntExpr *offset);
/* base[offset] */
const char *emit_memory(const Emit *emit, const Reg *base, const IntExpr *offset);
/* A float in C: 6.0f */
const char *emit_number(const Emit *emit, double number);

/* ---- emit_stmt.c ---- */
void emit_stmts(const Emit *emit, const StmtList *list, int depth);

/* ---- emit_function.c ---- */
void emit_function(Emit *emit, const Function *function);

/* ---- emit_uses.c ---- */
EmitUses emit_uses(const Module *module);
/* How often a function's statements read a variable, whatever its indices: acc[0] and acc[1] are
 * two reads of acc. Each function is counted once, when it is first asked for. */
int emit_count_uses(const Emit *emit, const Function *function, const char *name);
/* Whether a statement of the function that is being written assigns to the int variable after its
 * definition, so that it is not const. */
bool emit_is_changed(const Emit *emit, const char *name);
/* Whether a name of the function that is being written is an array of pointers: a parameter, or
 * declared in any scope. Lowering never gives one name to an array and, in another scope, to
 * something else, so scopes need not be told apart. */
bool emit_is_array(const Emit *emit, const char *name);
/* What a pointer, or an array of them, of the function that is being written points to. */
Element emit_element(const Emit *emit, const char *name);
/* Whether a helper reads its parameter of this index. One that it does not read is left out of its
 * head and of all calls, as compilers warn about unused parameters. */
bool emit_is_read(const Emit *emit, const Function *function, int param);

/* ---- emit_composed.c ---- */
/* An operation that targets have no spelling for: a function of C made of other operations. A row
 * comes after the rows that its steps call, so that C functions are defined before their use. */
typedef struct Composed {
    KOp op;
    const char *doc;   /* comment in front of the C function */
    const char *steps; /* kernel text; the argument is x, the value is the variable result */
} Composed;
enum { COMPOSED_ROWS = 3 };
extern const Composed emit_composed_rows[COMPOSED_ROWS];

/* ---- emit_act.c ---- */
/* The functions that composed operations call: silu() and the like. */
void emit_composed(Emit *emit, const EmitUses *uses);

/* ---- emit_table.c ---- */
void emit_tables(const Emit *emit);
/* The same for the model of several targets, which has variants instead of layers. */
void emit_chooser_tables(const Emit *emit);

/* ---- emit_header.c ---- */
/* The comment at the head of a file: its name, what it is, compiler version, digest, license. file
 * is what follows the prefix in the file's name: ".h", "_x86_64_v3.c". */
void emit_banner(const Emit *emit, const char *file, const char *what);
/* A port's dimensions in the caller's order: "1, 3, 299, 299", or "1, 299, 299, 3". */
const char *emit_dimensions(const Emit *emit, const Port *port);
/* A macro on two lines, its backslash in the last column, where clang-format puts it. */
void emit_long_macro(const Emit *emit, const char *head, const char *value);
/* The prefix in upper case, for macros: "XCEPTION41". */
const char *emit_upper(Arena *arena, const char *prefix);

/* ---- emit_labels.c ---- */
/* NAME_LABELS, for NAME.h; upper is the prefix in upper case. */
void emit_labels(const Emit *emit, const char *upper);

#endif
