/* stream.c - the schedule of a region: one row of its result at a time, and what that row needs.
 *
 *   %b = 3x3(%a)              row 7 of b is made of rows 6, 7, 8 of a; those of rows 12 .. 18 of x.
 *   %a = 3x3 stride 2 (%x)    So the ring of a holds 3 rows: when row 8 comes, row 5 has gone.
 *
 * A step makes one more row of the result. It runs the nodes in order, each for the rows that this
 * row is made of and that are not yet there. What a node makes for row r ends at r * stride +
 * after, whatever r is: so a task begins some steps before its first row, and every step has equal
 * work. A row is kept until every reader is past it.
 *
 * size_rings() makes rings exactly as large as some task needs. In a task that begins with row b of
 * the result, a step for row r finds of each map the rows up to made = max(r's asked rows - one
 * stride, b's first row), and makes it those up to max(r's asked rows, b's first row). The larger b
 * is the more of its rows are gone already, but for those that the task never makes: so the largest
 * need is that of the task that begins with row 0, in some step, or that of some task's first step,
 * in which all rows in front of its first count as made. tests/passes/common compares that with a
 * run of every task.
 */
#include "stream.h"

#include "map.h"

bool is_stream(Arena *arena, const Node *region) {
    for (int i = 0; i < region->body.count; i++) {
        if (!node_has(region->body.at[i], BY_ROWS)) {
            return false;
        }
    }
    return region->n_in == 1 && region->n_out == 1 &&
           region_demands(arena, region, NEW_ARRAY(arena, Demand, region->body.count));
}

/* The rows of operand number operand that these rows of the node's result are made of. */
static Rows rows_read(const Node *node, int operand, Rows rows) {
    const Window *window = &node->window;
    if (node->has_residual && operand == node->n_in - 1) {
        return rows;
    }
    int64_t reach = (window->kernel[0] - 1) * window->dilation[0] + 1;
    int64_t first = rows.first * window->stride[0] - window->pad[0];
    int64_t end = (rows.end - 1) * window->stride[0] - window->pad[0] + reach;
    return (Rows){larger(first, 0), smaller(end, height_of(node->in[operand]))};
}

bool is_ring(const Node *region, const Node *node) {
    return node->out[0] != region->out[0];
}

int64_t row_capacity(const Value *value) {
    return value->rows ? value->rows : height_of(value);
}

/* Widens the demand on a value by what its reader, on which there is a demand, asks of it. */
static bool widen(Demand *demand, const Node *reader, int operand, const Demand *reads) {
    const Window *window = &reader->window;
    Demand asked = *reads;
    if (!reader->has_residual || operand != reader->n_in - 1) {
        int64_t reach = (window->kernel[0] - 1) * window->dilation[0] + 1;
        asked.stride = reads->stride * window->stride[0];
        asked.before = reads->before * window->stride[0] + window->pad[0];
        asked.after = (reads->after - 1) * window->stride[0] - window->pad[0] + reach;
    }
    if (demand->stride == 0) {
        *demand = asked;
    }
    demand->before = larger(demand->before, asked.before);
    demand->after = larger(demand->after, asked.after);
    return demand->stride == asked.stride;
}

Map *body_values(Arena *arena, const Node *region) {
    Map *map = map_by_address(arena);
    for (int i = 0; i < region->body.count; i++) {
        map_put(map, region->body.at[i]->out[0], &region->body.at[i]);
    }
    return map;
}

int body_place(const Node *region, const Map *values, const Value *value) {
    Node *const *at = map_get(values, value);
    return at ? (int)(at - region->body.at) : -1;
}

/* From the last node to the first: all readers of a node's value have asked when it is met. */
bool region_demands(Arena *arena, const Node *region, Demand *demands) {
    Map *values = body_values(arena, region);
    for (int i = 0; i < region->body.count; i++) {
        bool ring = is_ring(region, region->body.at[i]);
        demands[i] = ring ? (Demand){0, 0, 0} : (Demand){1, 0, 1};
    }
    for (int k = region->body.count - 1; k >= 0; k--) {
        const Node *reader = region->body.at[k];
        for (int j = 0; j < reader->n_in; j++) {
            int i = body_place(region, values, reader->in[j]);
            if (i >= 0 && !widen(&demands[i], reader, j, &demands[k])) {
                return false;
            }
        }
    }
    return true;
}

int64_t steps_ahead(const Node *region, const Demand *demands) {
    int64_t steps = 0;
    for (int i = 0; i < region->body.count; i++) {
        const Demand *demand = &demands[i];
        int64_t rows = demand->before + demand->after - demand->stride;
        steps = larger(steps, (rows + demand->stride - 1) / demand->stride);
    }
    return steps;
}

/* One past the last row that a step for this row of the result leaves made, in a task that made
 * none before first. */
static int64_t made_rows(const Node *node, const Demand *demand, int64_t row, int64_t first) {
    int64_t asked = smaller(row * demand->stride + demand->after, height_of(node->out[0]));
    return larger(asked, first);
}

/* Rows of an operand that live when the rows below made are there and the reader has still to make
 * those from next on. */
static int64_t rows_kept(const Node *reader, int operand, int64_t made, int64_t next) {
    int64_t oldest = rows_read(reader, operand, (Rows){next, next + 1}).first;
    return made - smaller(oldest, height_of(reader->in[operand]));
}

/* A node of the body and one of its readers, with the demands on both. */
typedef struct Edge {
    const Node *node, *reader;
    const Demand *asked, *reads;
    int operand;
} Edge;

/* Behind the step that makes the last row, and in front of the one that makes the first, nothing is
 * kept that is not kept in these. */
static Rows making_steps(const Edge *edge, int64_t ahead, int64_t rows) {
    int64_t height = height_of(edge->node->out[0]), stride = edge->asked->stride;
    int64_t first = -edge->asked->after / stride - 1;
    int64_t last = (height - edge->asked->after) / stride + 1;
    return (Rows){larger(first, -ahead), smaller(last, rows - 1) + 1};
}

/* The most rows that the schedule keeps for this reader. */
static int64_t most_kept(const Edge *edge, int64_t ahead, int64_t rows) {
    Rows steps = making_steps(edge, ahead, rows);
    int64_t most = 0;
    for (int64_t row = steps.first; row < steps.end; row++) {
        int64_t next = made_rows(edge->reader, edge->reads, row - 1, 0);
        int64_t made = made_rows(edge->node, edge->asked, row, 0);
        most = larger(most, rows_kept(edge->reader, edge->operand, made, next));
    }
    for (int64_t begin = 0; begin < rows; begin++) {
        int64_t next = larger(begin * edge->reads->stride - edge->reads->before, 0);
        int64_t made = larger(begin * edge->asked->stride - edge->asked->before, 0);
        most = larger(most, rows_kept(edge->reader, edge->operand, made, next));
    }
    return most;
}

void size_rings(Arena *arena, Node *region) {
    Demand *demands = NEW_ARRAY(arena, Demand, region->body.count);
    region_demands(arena, region, demands);
    Map *values = body_values(arena, region);
    int64_t ahead = steps_ahead(region, demands), rows = height_of(region->out[0]);
    for (int k = 0; k < region->body.count; k++) {
        const Node *reader = region->body.at[k];
        for (int j = 0; j < reader->n_in; j++) {
            int i = body_place(region, values, reader->in[j]);
            if (i >= 0 && is_ring(region, region->body.at[i])) {
                Edge edge = {region->body.at[i], reader, &demands[i], &demands[k], j};
                Value *value = reader->in[j];
                value->rows = larger(value->rows, most_kept(&edge, ahead, rows));
            }
        }
    }
}

void place_rings(Node *region) {
    int64_t rings = 0, scratch = 0;
    for (int i = 0; i < region->body.count; i++) {
        Value *value = region->body.at[i]->out[0];
        scratch = larger(scratch, region->body.at[i]->scratch_bytes);
        if (is_ring(region, region->body.at[i])) {
            value->offset = rings;
            rings += value_bytes(value);
        }
    }
    for (int i = 0; i < region->body.count; i++) {
        region->body.at[i]->scratch_offset = region->body.at[i]->scratch_bytes ? rings : 0;
    }
    region->scratch_bytes = rings + scratch;
}
