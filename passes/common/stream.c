/* stream.c - the schedule of a region: one row of its result at a time, and what that row needs.
 *
 *   %b = 3x3(%a)              row 7 of b is made of rows 6, 7, 8 of a; those of rows 12 .. 18 of x.
 *   %a = 3x3 stride 2 (%x)    So the ring of a holds 3 rows: when row 8 comes, row 5 has gone.
 *
 * A step makes one more row of the result. It runs the nodes in order, each for the rows that this
 * row is made of and that are not yet there. What a node makes for row r ends at r * stride +
 * after, whatever r is: so a task begins some steps before its first row, and every step has equal
 * work. A row is kept until every reader is past it. size_rings() counts that by running the
 * schedule for each row that a task may begin with, so rings are exactly as large as some task
 * needs.
 */
#include "stream.h"

bool is_stream(Arena *arena, const Node *region) {
    for (int i = 0; i < region->body.count; i++) {
        if (!node_has(region->body.at[i], BY_ROWS)) {
            return false;
        }
    }
    return region->n_in == 1 && region->n_out == 1 &&
           region_demands(region, NEW_ARRAY(arena, Demand, region->body.count));
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

bool is_ring(const Node *region, const Value *value) {
    return value->def && node_index(&region->body, value->def) >= 0 && value != region->out[0];
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

bool region_demands(const Node *region, Demand *demands) {
    for (int i = region->body.count - 1; i >= 0; i--) {
        const Value *value = region->body.at[i]->out[0];
        demands[i] = value == region->out[0] ? (Demand){1, 0, 1} : (Demand){0, 0, 0};
        for (int k = i + 1; k < region->body.count; k++) {
            const Node *reader = region->body.at[k];
            for (int j = 0; j < reader->n_in; j++) {
                if (reader->in[j] == value && !widen(&demands[i], reader, j, &demands[k])) {
                    return false;
                }
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

/* The oldest row of node at's value that some reader still asks for; next[i] is the first row that
 * node i has still to make. */
static int64_t oldest_row(const Node *region, int at, const int64_t *next) {
    const Value *value = region->body.at[at]->out[0];
    int64_t oldest = height_of(value);
    for (int i = at + 1; i < region->body.count; i++) {
        const Node *reader = region->body.at[i];
        for (int j = 0; j < reader->n_in; j++) {
            if (reader->in[j] == value) {
                oldest = smaller(oldest, rows_read(reader, j, (Rows){next[i], next[i] + 1}).first);
            }
        }
    }
    return oldest;
}

/* One step: counts the rows that live when each node has made its own, then moves on. */
static void run_step(const Node *region, const Demand *demands, int64_t row, int64_t *next,
                     int64_t *end) {
    for (int i = 0; i < region->body.count; i++) {
        Value *value = region->body.at[i]->out[0];
        int64_t asked = smaller(row * demands[i].stride + demands[i].after, height_of(value));
        end[i] = larger(asked, next[i]);
        if (is_ring(region, value)) {
            value->rows = larger(value->rows, end[i] - oldest_row(region, i, next));
        }
    }
    for (int i = 0; i < region->body.count; i++) {
        next[i] = end[i];
    }
}

void size_rings(Arena *arena, Node *region) {
    Demand *demands = NEW_ARRAY(arena, Demand, region->body.count);
    int64_t *next = NEW_ARRAY(arena, int64_t, region->body.count);
    int64_t *end = NEW_ARRAY(arena, int64_t, region->body.count);
    region_demands(region, demands);
    int64_t ahead = steps_ahead(region, demands), rows = height_of(region->out[0]);
    for (int64_t begin = 0; begin < rows; begin++) {
        for (int i = 0; i < region->body.count; i++) {
            next[i] = larger(begin * demands[i].stride - demands[i].before, 0);
        }
        for (int64_t row = begin - ahead; row < rows; row++) {
            run_step(region, demands, row, next, end);
        }
    }
}

void place_rings(Node *region) {
    int64_t rings = 0, scratch = 0;
    for (int i = 0; i < region->body.count; i++) {
        Value *value = region->body.at[i]->out[0];
        scratch = larger(scratch, region->body.at[i]->scratch_bytes);
        if (is_ring(region, value)) {
            value->offset = rings;
            rings += value_bytes(value);
        }
    }
    for (int i = 0; i < region->body.count; i++) {
        region->body.at[i]->scratch_offset = region->body.at[i]->scratch_bytes ? rings : 0;
    }
    region->scratch_bytes = rings + scratch;
}
