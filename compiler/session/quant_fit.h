/* quant_fit.h - whether a file of a quantized network (quant.h) is for this network and these
 * weights. */
#ifndef XNC_COMPILER_QUANT_FIT_H
#define XNC_COMPILER_QUANT_FIT_H

#include "model.h"
#include "quant.h"

/* A digest of the bytes of the files that the weights are in, and of the options that choose among
 * them, if any are given; without weights one of the seed. False after a diagnostic. */
bool model_weights_digest(const Work *work, const Model *model, uint64_t *digest);
/* The digest of a graph that no pass has changed: of its nodes, whatever the size of its input. */
uint64_t quant_network(Arena *arena, const Graph *graph);
/* Whether both digests of the file are those of the model and its graph, which no pass has changed;
 * that of the weights where the model has some. False after a diagnostic. */
bool quant_fits(const Work *work, const Quant *quant, const Model *model, const Graph *graph);

#endif
