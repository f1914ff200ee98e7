/* kverify_tables.h - the part of verify_module() that checks layers, constants and ports.
 */
#ifndef XNC_IR_KVERIFY_TABLES_H
#define XNC_IR_KVERIFY_TABLES_H

#include "kernel.h"

/* Prints each violation of invariants 6 and 7 and returns how many there are. */
int verify_tables(FILE *out, const Module *module);

/* What is wrong with a statement that works on other types than f32, such as one that the module's
 * target does not spell; NULL: nothing. */
const char *spelling_mistake(const Module *module, const Stmt *stmt);

#endif
