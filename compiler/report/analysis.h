/* analysis.h - what each step of the planned graph computes, weighs and occupies.
 */
#ifndef XNC_COMPILER_ANALYSIS_H
#define XNC_COMPILER_ANALYSIS_H

#include "json_out.h"
#include "pass.h"

/* A node. The nodes of a region run in one step: their results are rings of rows in the region's
 * scratch (of the first thread), which is where they are shown. */
typedef struct AnalysisRow {
    const Node *node;
    const Node *region; /* that it is in; NULL outside */
    const Value *value;
    int64_t parameters, macs, bytes, offset;
    int64_t scratch_bytes, scratch_offset; /* of the first thread, beside the value's own place */
    int first, last;                       /* steps between which the result is live */
} AnalysisRow;

typedef struct Analysis {
    Arena *arena;
    const Graph *graph;
    AnalysisRow *rows; /* in order of execution */
    int count;
    int64_t threads, arena_bytes; /* of the arena for so many threads */
} Analysis;

/* One row for each node of a unit that is lowered. */
Analysis analyze_unit(Arena *arena, const Unit *unit, int threads);
/* Parameters (each once, whoever shares it) and MACs of all rows; the other members are 0. */
AnalysisRow analysis_sum(const Analysis *analysis);
/* The parameters that a node reads, as people count them: without the statistics of norms. */
int64_t node_parameters(Arena *arena, const Node *node);
/* "1x128x37x37" */
const char *dimensions_text(Arena *arena, const Shape *shape);
/* What xnc analyze --json prints; the arena releases it. */
json_t *analysis_json(const Analysis *analysis);

#endif
