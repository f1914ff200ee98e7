/* ktext.h - what the files of the parser of kernels share.
 *
 * Not for users of the IR: kernel.h has parse_module() and stmts_text().
 */
#ifndef XNC_IR_KTEXT_H
#define XNC_IR_KTEXT_H

#include "kernel.h"
#include "scan.h"

/* Both keep whoever walks the tree from running out of stack. */
enum {
    KTEXT_DEPTH = 100,      /* how deep bodies and parentheses may nest */
    MOST_OPERATORS = 10000, /* of one statement */
};

/* ---- ktext.c ---- */
/* The kind of statement that begins with the word that stands here, or -1. */
int kparse_kind(const Scanner *scan);
/* The operation on vectors whose name stands here, or -1. */
int kparse_kop(const Scanner *scan);
/* A name that is none of the text form's own words. */
bool kparse_name(Scanner *scan, const char *what, const char **name);
/* $NAME, a function's */
bool kparse_callee(Scanner *scan, const char **name);
/* Any integer. */
bool kparse_number(Scanner *scan, int64_t *number);

/* ---- kparse_int.c ---- */
bool kparse_int(Scanner *scan, const IntExpr **expr);
/* NAME, NAME[E] or NAME[E][E] */
bool kparse_reg(Scanner *scan, Reg *reg);
/* NAME[E], NAME[E][E] or NAME[E][E][E]: the last is the offset */
bool kparse_access(Scanner *scan, Reg *base, const IntExpr **offset);
/* NAME or NAME + E */
bool kparse_pointer(Scanner *scan, Reg *base, const IntExpr **offset);

/* ---- kparse_stmt.c ---- */
/* Statements up to the end or a closing brace. */
bool kparse_stmts(Scanner *scan, StmtList *list);

/* ---- kparse.c ---- */
/* "function ..." or "kernel ...": appended to the module. */
bool kparse_function(Scanner *scan, Module *module);

/* ---- kparse_ports.c ---- */
/* The lines about the caller: one input, the outputs, and the preprocessing if there is any. */
bool kparse_ports(Scanner *scan, Module *module);

/* ---- klayer.c ---- */
bool kparse_layer(Scanner *scan, Module *module);
bool kparse_constant(Scanner *scan, Module *module);
void print_layer(FILE *out, const Layer *layer);
void print_constant(FILE *out, const Constant *constant);

#endif
