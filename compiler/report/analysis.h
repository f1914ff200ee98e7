/* analysis.h - what each step of the planned graph computes, weighs and occupies.
 */
#ifndef XNC_COMPILER_ANALYSIS_H
#define XNC_COMPILER_ANALYSIS_H

#include "json_out.h"
#include "pass.h"

/* A node that is no region: its own nodes have rows in its place. The nodes of a region run in one
 * step; their results are rings of rows in the region's scratch, shown at the place that they have
 * for the first thread. Places are byte offsets in the arena. */
typedef struct AnalysisRow {
    const Node *node;
    const Node *region; /* that it is in; NULL outside */
    const Value *value; /* its result */
    int64_t parameters; /* that it reads, without statistics of norms */
    int64_t macs;       /* multiply-adds */
    int64_t cycles;     /* predicted, of one thread (cost.h) */
    int64_t bytes;      /* of the result in the arena; 0 for a result in the caller's buffer */
    int64_t offset;     /* of the result; -1 in the caller's buffer */
    int64_t scratch_bytes, scratch_offset; /* of one thread; of the first thread */
    int first, last; /* steps of the graph, from 0: computed in first, read last in last */
} AnalysisRow;

typedef struct Analysis {
    Arena *arena;
    const Graph *graph;
    AnalysisRow *rows; /* in order of execution */
    int count;
    int64_t threads;
    int64_t arena_bytes; /* for so many threads */
} Analysis;

/* One row for each node of a unit that is lowered; rows point into its graph. */
Analysis analyze_unit(Arena *arena, const Unit *unit, int threads);
/* Parameters (one that several nodes share counts once) and MACs of all rows; the other members are
 * 0. */
AnalysisRow analysis_sum(const Analysis *analysis);
/* How many values the parameters of a node have, as published counts do: without the running
 * statistics of batch norms, which are buffers to torch. */
int64_t node_parameters(Arena *arena, const Node *node);
/* "1x128x37x37" */
const char *dimensions_text(Arena *arena, const Shape *shape);
/* What xnc analyze --json prints; the arena releases it. */
json_t *analysis_json(const Analysis *analysis);

#endif
