/* model_graph.h - the graph of a model, built once both the options and the weights are known. */
#ifndef XNC_COMPILER_MODEL_GRAPH_H
#define XNC_COMPILER_MODEL_GRAPH_H

#include "model.h"

/* The graph as described and asked for, in the stage STAGE_GRAPH. Where the options leave them
 * open, input channels and classes are those of the file of weights, if there is one. NULL after a
 * diagnostic, also when that file cannot be read or contradicts config.json. */
Graph *model_graph(const Work *work, const Model *model);

#endif
