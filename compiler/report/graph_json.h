/* graph_json.h - a graph as JSON, as the page of xnc report draws it.
 */
#ifndef XNC_COMPILER_GRAPH_JSON_H
#define XNC_COMPILER_GRAPH_JSON_H

#include "ir.h"
#include "json_out.h"

/* The nodes in execution order, those of regions in place of their region:
 * {"input": {"name", "shape"}, "outputs": [name...], "nodes": [{"name", "op", "shape", "block",
 * "line", "col", "parameters", "macs", "in": [names of values], and as far as a node has it
 * "region", "kernel", "stride", "dilation", "act", "pool", "prologue", "mid_act", "residual",
 * "epilogue"}, ...]}. fused, if not NULL, is the graph of the same network after all passes: then
 * "taken_by" names the node of it that does a node's work (origins.h). "block" is -1 outside of
 * blocks, "line" and "col" count from 1. The arena releases it. */
json_t *graph_json(Arena *arena, const Graph *graph, const Graph *fused);
/* The lines of the description that nodes of the graph come from, by their numbers: {"12":
 * "  - {width: 8}", ...}. Empty for a graph without a description. The arena releases it. */
json_t *graph_lines_json(Arena *arena, const Graph *graph);

#endif
