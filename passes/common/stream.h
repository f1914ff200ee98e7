/* stream.h - the rows of a region's values: which rows are made from which, and how many of each
 * value must be kept at once.
 */
#ifndef XNC_PASSES_STREAM_H
#define XNC_PASSES_STREAM_H

#include "map.h"
#include "tile.h"

/* Rows [first, end) of a map. */
typedef struct Rows {
    int64_t first, end;
} Rows;

/* What a step for row r of a region's result asks of a node: rows from r * stride - before on, up
 * to but not including r * stride + after, as far as the map goes. */
typedef struct Demand {
    int64_t stride, before, after;
} Demand;

/* The demand on each node of the region's body; false when readers of a value move at different
 * strides, which no schedule by rows of the result can serve. */
bool region_demands(Arena *arena, const Node *region, Demand *demands);
/* How many steps before its first row a task begins, so that no step makes more than stride rows
 * of any value. */
int64_t steps_ahead(const Node *region, const Demand *demands);
/* Whether a region can run row by row: one value enters, one leaves, and so on. */
bool is_stream(Arena *arena, const Node *region);
/* Whether the value of a node of the body lives in a ring: all but the region's result do. */
bool is_ring(const Node *region, const Node *node);
/* Finds values of the body: to be asked by body_place(), which gives the place of the value's node
 * in the body, -1 when it is from outside. */
Map *body_values(Arena *arena, const Node *region);
int body_place(const Node *region, const Map *values, const Value *value);
/* Rows that the memory of a value holds. */
int64_t row_capacity(const Value *value);
/* Gives each inner value of the region the least number of rows that its schedule needs. */
void size_rings(Arena *arena, Node *region);
/* Places the rings and the scratch of the stages in the scratch of the region. */
void place_rings(Node *region);

#endif
