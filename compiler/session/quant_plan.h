/* quant_plan.h - the numbers of a file of --quant, and the graph that they are of.
 *
 * Which products are in integers, and whether their weights come as small pairs, is the plan: it
 * shapes the code. The numbers are constants of the network like those of a checkpoint, by names
 * that the pass quantize makes.
 */
#ifndef XNC_COMPILER_QUANT_PLAN_H
#define XNC_COMPILER_QUANT_PLAN_H

#include "ir.h"
#include "quant.h"
#include "work.h"

/* Marks the products of the graph, which is before its first pass, as they are planned. False after
 * diagnostics: the file is of another network. */
bool quant_plan(const Work *work, const Quant *quant, Graph *graph);
/* The count numbers of a parameter that the pass quantize made, in memory of the arena; NULL: there
 * are none of that name. */
const double *quant_numbers(Arena *arena, const Quant *quant, const char *name, int64_t count);

#endif
