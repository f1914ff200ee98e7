/* ktext.h - what the files of the parser of kernels share.
 *
 * Not for users of the IR: kernel.h has parse_module() and stmts_text(). All functions that return
 * bool read what they name, from the current token on; false after a diagnostic.
 */
#ifndef XNC_IR_KTEXT_H
#define XNC_IR_KTEXT_H

#include "kernel.h"
#include "scan.h"

/* ---- ktext.c ---- */
/* The StmtKind that begins with the current token, or -1. */
int kparse_kind(const Scanner *scan);
/* The KOp that the current token names, or -1. */
int kparse_kop(const Scanner *scan);
/* The name of a variable: a C identifier that is no word of the text form. what: for diagnostics.
 */
bool kparse_name(Scanner *scan, const char *what, const char **name);
/* The type of a pointer's elements; f32 when the current token names none. */
Element kparse_element(Scanner *scan);
/* $NAME, the name of a function. */
bool kparse_callee(Scanner *scan, const char **name);
/* Any integer but INT64_MIN. */
bool kparse_number(Scanner *scan, int64_t *number);

/* ---- kparse_int.c ---- */
/* An int expression E, folded. */
bool kparse_int(Scanner *scan, const IntExpr **expr);
/* NAME, NAME[E] or NAME[E][E] */
bool kparse_reg(Scanner *scan, Reg *reg);
/* NAME[E], NAME[E][E] or NAME[E][E][E]: the last is the offset */
bool kparse_access(Scanner *scan, Reg *base, const IntExpr **offset);
/* NAME or NAME + E; without E the offset is the constant 0. */
bool kparse_pointer(Scanner *scan, Reg *base, const IntExpr **offset);

/* ---- kparse_stmt.c ---- */
/* Statements up to the end of the text or a closing brace, appended to the list. */
bool kparse_stmts(Scanner *scan, StmtList *list);

/* ---- kparse.c ---- */
/* "function ..." or "kernel ...": appended to the module. */
bool kparse_function(Scanner *scan, Module *module);

/* ---- kparse_ports.c ---- */
/* The lines about the caller: one input, the outputs, scores and preprocessing if they are
 * given. */
bool kparse_ports(Scanner *scan, Module *module);

/* ---- klayer.c ---- */
/* A row of a table, after its word "layer" or "constant": appended to the module. */
bool kparse_layer(Scanner *scan, Module *module);
bool kparse_constant(Scanner *scan, Module *module);
/* The same rows as lines of text. */
void print_layer(FILE *out, const Layer *layer);
void print_constant(FILE *out, const Constant *constant);

#endif
