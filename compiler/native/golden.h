/* golden.h - the digests of what a network computes, by the reference interpreter.
 *
 *   "noise", "cat.jpg"   ->   GoldenInput   ->   interp_graph() on the planned graph   ->   digests
 *
 * They are what emitted golden programs compare with, and what xnc golden prints. A value is named
 * as the layer that writes it. With --run-with xnc golden prints those of the compiled network.
 */
#ifndef XNC_COMPILER_GOLDEN_H
#define XNC_COMPILER_GOLDEN_H

#include "emit_golden.h"
#include "json_out.h"
#include "param_source.h"
#include "pass.h"
#include "product.h"

/* ---- golden_input.c ---- */
/* Inputs by their words: "noise", "zeros" or "extremes", which the runtime makes, or the path of an
 * array (.npy) or picture, which becomes an input as in xnc run. Without words (count 0) the three
 * that are made. NULL after a diagnostic. */
const GoldenInput *golden_inputs(const Work *work, const Graph *graph, const char *const words[],
                                 int count, int *n_inputs);

/* ---- golden.c ---- */
/* With room for those of each layer. */
GoldenDigests *golden_digests(Arena *arena, const Module *module, const GoldenInput inputs[],
                              int n_inputs);
/* Interprets the graph of a unit after all passes on each input, with 1 or more threads, whose
 * number changes no bit; weights is left 0. NULL after a diagnostic. */
GoldenDigests *golden_interpret(const Work *work, const Unit *unit, ParamSource *source,
                                const GoldenInput inputs[], int n_inputs, int threads);

/* ---- golden_compiled.c ---- */
/* The same of what the compiled network computes. */
GoldenDigests *golden_compiled(const Work *work, const Unit *unit, Product *product,
                               const GoldenInput inputs[], int n_inputs);

#endif
