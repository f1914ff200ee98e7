/* model_graph.h - the graph of a model. */
#ifndef XNC_COMPILER_MODEL_GRAPH_H
#define XNC_COMPILER_MODEL_GRAPH_H

#include "model.h"

/* The graph as described and asked for, fitting the file of weights if there is one. NULL after a
 * diagnostic, also when that file cannot be read or contradicts config.json. */
Graph *model_graph(const Work *work, const Model *model);

#endif
