/* command_analyze.c - xnc analyze: one row per step of the planned graph, then the totals.
 *
 * A row says what a node computes, what it weighs, and where and how long its result stands in the
 * arena. The nodes of a region run in one step: their results are rings of rows in the region's
 * scratch (of the first thread), which is where they are shown.
 */
#include "command.h"

#include <string.h>

#include "json_out.h"
#include "used_params.h"

typedef struct Row {
    const Node *node;
    const Value *value;
    int64_t parameters, macs, bytes, offset;
    int first, last; /* steps between which the result is live */
} Row;

typedef struct Table {
    Arena *arena;
    const Graph *graph;
    Row *rows;
    int count;
    int64_t threads;
} Table;

static int64_t count_parameters(Arena *arena, const Node *node) {
    const UsedParams *used = used_params_of(arena, node);
    int64_t sum = 0;
    for (int i = 0; i < used->count; i++) {
        sum += used->elements[i];
    }
    return sum;
}

static void note_reads(Table *table, const Node *node, int step) {
    for (int i = 0; i < node->n_in; i++) {
        for (int j = 0; j < table->count; j++) {
            if (table->rows[j].value == node->in[i]) {
                table->rows[j].last = step;
            }
        }
    }
}

static void count_node(Node *node, void *context) {
    (void)node;
    ++*(int *)context;
}

static void add_row(Table *table, const Node *node, const Node *region, int step) {
    const Value *value = node->out[0];
    bool is_inner = region && value != region->out[0];
    table->rows[table->count++] =
        (Row){.node = node,
              .value = value,
              .parameters = count_parameters(table->arena, node),
              .macs = node_macs(node),
              .bytes = value->offset < 0 ? 0 : value_bytes(value),
              .offset = is_inner ? region->scratch_offset + value->offset : value->offset,
              .first = step,
              .last = step};
    note_reads(table, node, step);
}

static Table build_table(Arena *arena, const Graph *graph, int64_t threads) {
    Table table = {arena, graph, NULL, 0, threads};
    int nodes = 0;
    graph_each(graph, count_node, &nodes);
    table.rows = NEW_ARRAY(arena, Row, nodes);
    for (int step = 0; step < graph->nodes.count; step++) {
        const Node *node = graph->nodes.at[step];
        for (int i = 0; i < node->body.count; i++) {
            add_row(&table, node->body.at[i], node, step);
        }
        if (node->op != OP_region) {
            add_row(&table, node, NULL, step);
        }
    }
    return table;
}

typedef struct ArenaNeed {
    int64_t threads, bytes;
} ArenaNeed;

/* A step's scratch lies once for each thread behind its place. */
static void note_need(Node *node, void *context) {
    ArenaNeed *need = context;
    int64_t scratch = node->scratch_offset + need->threads * node->scratch_bytes;
    if (node->scratch_bytes > 0 && scratch > need->bytes) {
        need->bytes = scratch;
    }
}

static int64_t arena_bytes(const Table *table) {
    ArenaNeed need = {table->threads, table->graph->arena_bytes};
    graph_each(table->graph, note_need, &need);
    return need.bytes;
}

static const char *shape_text(Arena *arena, const Shape *shape) {
    const char *text = "";
    for (int i = 0; i < shape->rank; i++) {
        text = arena_printf(arena, "%s%s%lld", text, i ? "x" : "", (long long)shape->dim[i]);
    }
    return text;
}

static Row sum_rows(const Table *table) {
    Row sum = {0};
    for (int i = 0; i < table->count; i++) {
        sum.parameters += table->rows[i].parameters;
        sum.macs += table->rows[i].macs;
    }
    return sum;
}

static void print_row(Arena *arena, const Row *row, const char *format) {
    printf(format, row->node->name, op_info(row->node->op)->name,
           shape_text(arena, &row->value->shape), (long long)row->parameters, (long long)row->macs,
           (long long)row->bytes, (long long)row->offset, row->first, row->last);
}

static void print_text(const Table *table) {
    Row sum = sum_rows(table);
    printf("%-32s %-12s %-16s %11s %14s %11s %11s %s\n", "layer", "op", "shape", "parameters",
           "MACs", "bytes", "offset", "live in steps");
    for (int i = 0; i < table->count; i++) {
        print_row(table->arena, &table->rows[i],
                  "%-32s %-12s %-16s %11lld %14lld %11lld %11lld %d..%d\n");
    }
    printf("%-32s %-12s %-16s %11lld %14lld\n", "total", "", "", (long long)sum.parameters,
           (long long)sum.macs);
    printf("arena %lld bytes with %lld thread%s, lower bound for one %lld\n",
           (long long)arena_bytes(table), (long long)table->threads, table->threads == 1 ? "" : "s",
           (long long)table->graph->arena_bound);
}

static void print_csv(const Table *table) {
    puts("layer,op,shape,parameters,macs,bytes,offset,first_step,last_step");
    for (int i = 0; i < table->count; i++) {
        print_row(table->arena, &table->rows[i], "%s,%s,%s,%lld,%lld,%lld,%lld,%d,%d\n");
    }
}

static ExitCode print_json(const Table *table) {
    Arena *arena = table->arena;
    Row sum = sum_rows(table);
    json_t *root = json_root(arena, json_object()), *rows = json_root(arena, json_array());
    for (int i = 0; i < table->count; i++) {
        const Row *row = &table->rows[i];
        json_append_object(arena, rows, "{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:i, s:i}", "name",
                           row->node->name, "op", op_info(row->node->op)->name, "shape",
                           shape_text(arena, &row->value->shape), "parameters",
                           (json_int_t)row->parameters, "macs", (json_int_t)row->macs, "bytes",
                           (json_int_t)row->bytes, "offset", (json_int_t)row->offset, "first_step",
                           row->first, "last_step", row->last);
    }
    json_member(arena, root, "model", json_string(table->graph->name));
    json_member(arena, root, "layers", json_incref(rows));
    json_member(arena, root, "parameters", json_integer(sum.parameters));
    json_member(arena, root, "macs", json_integer(sum.macs));
    json_member(arena, root, "arena_bytes", json_integer(arena_bytes(table)));
    json_member(arena, root, "arena_lower_bound_bytes", json_integer(table->graph->arena_bound));
    return json_print(arena, root);
}

ExitCode command_analyze(Session *session) {
    Unit unit = {0};
    ExitCode code = session_unit(session, &unit, "plan_memory");
    if (code != EXIT_DONE) {
        return code;
    }
    Table table = build_table(session->arena, unit.graph, first_or(&session->options->threads, 1));
    if (session->options->json) {
        return print_json(&table);
    }
    (session->options->csv ? print_csv : print_text)(&table);
    return EXIT_DONE;
}
