/* test_stream.c - rings are as large as some task of a region needs, and no larger.
 *
 * Random chains with residuals, whose rings size_rings() computes edge by edge, against a run of
 * the whole schedule: every task, every step, every row that some reader has still to ask for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "stream.h"

enum { CHAINS = 4000, MOST_NODES = 7, MOST_HEIGHT = 40 };

typedef struct Chance {
    uint64_t state;
} Chance;

static int64_t draw(Chance *chance, int64_t lo, int64_t hi) {
    chance->state = chance->state * 6364136223846793005u + 1442695040888963407u;
    return lo + (int64_t)((chance->state >> 33) % (uint64_t)(hi - lo + 1));
}

/* ---- the schedule, task by task ---- */

typedef struct Run {
    const Node *region;
    const Demand *demands;
    int64_t next[MOST_NODES], end[MOST_NODES]; /* of each node, its first row still to be made */
    int64_t rows[MOST_NODES];                  /* the most that lived at once */
} Run;

/* The first row of an operand that this row is made of. */
static int64_t first_read(const Node *node, int operand, int64_t row) {
    bool residual = node->has_residual && operand == node->n_in - 1;
    return residual ? row : larger(row * node->window.stride[0] - node->window.pad[0], 0);
}

static int64_t oldest_row(const Run *run, int at) {
    const Value *value = run->region->body.at[at]->out[0];
    int64_t oldest = height_of(value);
    for (int i = at + 1; i < run->region->body.count; i++) {
        const Node *reader = run->region->body.at[i];
        for (int j = 0; j < reader->n_in; j++) {
            if (reader->in[j] == value) {
                oldest = smaller(oldest, first_read(reader, j, run->next[i]));
            }
        }
    }
    return oldest;
}

static void run_step(Run *run, int64_t row) {
    int count = run->region->body.count;
    for (int i = 0; i < count; i++) {
        const Demand *demand = &run->demands[i];
        int64_t height = height_of(run->region->body.at[i]->out[0]);
        int64_t asked = smaller(row * demand->stride + demand->after, height);
        run->end[i] = larger(asked, run->next[i]);
        run->rows[i] = larger(run->rows[i], run->end[i] - oldest_row(run, i));
    }
    for (int i = 0; i < count; i++) {
        run->next[i] = run->end[i];
    }
}

static void run_tasks(Run *run) {
    int64_t ahead = steps_ahead(run->region, run->demands);
    int64_t rows = height_of(run->region->out[0]);
    for (int64_t begin = 0; begin < rows; begin++) {
        for (int i = 0; i < run->region->body.count; i++) {
            const Demand *demand = &run->demands[i];
            run->next[i] = larger(begin * demand->stride - demand->before, 0);
        }
        for (int64_t row = begin - ahead; row < rows; row++) {
            run_step(run, row);
        }
    }
}

/* ---- random chains ---- */

static void set_height(Value *value, int64_t height) {
    value->shape = (Shape){4, {1, 1, height, 1}};
}

/* False when the window does not fit. */
static bool draw_window(Chance *chance, Node *node) {
    Window *window = &node->window;
    window->kernel[0] = draw(chance, 1, 5);
    window->stride[0] = draw(chance, 1, 3);
    window->dilation[0] = draw(chance, 1, 2);
    window->pad[0] = draw(chance, 0, 4);
    int64_t reach = (window->kernel[0] - 1) * window->dilation[0] + 1;
    int64_t room = height_of(node->in[0]) + 2 * window->pad[0] - reach;
    if (room >= 0) {
        set_height(node->out[0], room / window->stride[0] + 1);
    }
    return room >= 0;
}

/* An earlier value of the same height, or NULL. */
static Value *find_residual(Chance *chance, const Graph *graph, const Value *value) {
    int at = (int)draw(chance, 0, graph->nodes.count);
    Value *other = at < graph->nodes.count ? graph->nodes.at[at]->out[0] : graph->input;
    return other != value && height_of(other) == height_of(value) ? other : NULL;
}

/* A region of a chain of convolutions, or NULL when the rows did not come out. */
static Node *draw_region(Arena *arena, Chance *chance) {
    Shape shape = {4, {1, 1, draw(chance, 1, MOST_HEIGHT), 1}};
    Graph *graph = graph_create(arena, "net");
    Value *last = graph_add_input(graph, "x", &shape);
    Node *region = NEW(arena, Node);
    int count = (int)draw(chance, 2, MOST_NODES);
    region->in[region->n_in++] = graph->input;
    for (int i = 0; i < count; i++) {
        Node *node = graph_add(graph, OP_conv2d, "n", (Loc){0}, 1, &last);
        if (!draw_window(chance, node)) {
            return NULL;
        }
        Value *residual = draw(chance, 0, 1) ? find_residual(chance, graph, node->out[0]) : NULL;
        if (residual) {
            node_add_residual(node, residual);
        }
        last = node->out[0];
    }
    region->body = graph->nodes;
    region->out[region->n_out++] = last;
    return is_stream(arena, region) ? region : NULL;
}

static bool check_chain(Arena *arena, Chance *chance) {
    Node *region = draw_region(arena, chance);
    if (!region) {
        return false;
    }
    Demand demands[MOST_NODES];
    assert_true(region_demands(arena, region, demands));
    Run run = {.region = region, .demands = demands};
    run_tasks(&run);
    size_rings(arena, region);
    for (int i = 0; i < region->body.count; i++) {
        const Node *node = region->body.at[i];
        assert_int_equal(node->out[0]->rows, is_ring(region, node) ? run.rows[i] : 0);
    }
    return true;
}

static void rings_hold_what_every_task_needs(void **state) {
    (void)state;
    Chance chance = {11};
    int checked = 0;
    for (int i = 0; i < CHAINS; i++) {
        Arena *arena = arena_create();
        checked += check_chain(arena, &chance);
        arena_destroy(arena);
    }
    assert_true(checked > CHAINS / 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(rings_hold_what_every_task_needs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
