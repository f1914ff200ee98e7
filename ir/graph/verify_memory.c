/* verify_memory.c - checks invariants 10 (offsets in the arena) and 11 (outputs).
 *
 * Each node of the graph's list is one step; a region is one step with all of its body. A value
 * lives from the step that defines it to the last step that reads it; scratch lives for its step.
 * Everything that lives in the same step must occupy separate bytes. The one exception: a result
 * may lie exactly where its own residual lies, when nothing reads the residual later, because a
 * kernel reads each residual element before it writes that element of the result.
 *
 * In the scratch of a region come first its inner values, then the scratch of its nodes.
 */
#include "verify.h"

/* When and where a value occupies the arena. */
typedef struct Life {
    const Value *value;
    const Node *node; /* that defines it: a region for what its body hands out */
    int first, last;  /* steps, both included */
    int64_t lo, hi;   /* bytes in the arena, hi excluded */
} Life;

typedef struct Memory {
    Verify *verify;
    Map *life_of;      /* from a value to its Life; without the caller's buffers */
    Life *lives;       /* in the order of steps */
    int count, step;   /* of lives; the step being noted, from 0 */
    const Life **live; /* those that live in the step being checked, in the order of their first */
    int n_live;
} Memory;

/* Records the result of a step, unless its place is wrong already or is the caller's buffer. */
static void note_value(Memory *memory, const Node *node) {
    const Value *value = node->out[0];
    Life *life = &memory->lives[memory->count];
    *life = (Life){value, node, memory->step, memory->step, value->offset, 0};
    if (value->offset == -1 && is_output(memory->verify->graph, value)) {
        return; /* the caller's buffer */
    }
    if (value->offset < 0 || value->offset % 64 != 0) {
        broken(memory->verify, value->name, "the offset is %lld", (long long)value->offset);
        return;
    }
    life->hi = plus(value->offset, value_bytes(value));
    if (life->hi > memory->verify->graph->arena_bytes) {
        broken(memory->verify, value->name, "ends at %lld, the arena at %lld", (long long)life->hi,
               (long long)memory->verify->graph->arena_bytes);
    }
    map_put(memory->life_of, value, life);
    memory->count++;
}

static void note_step(Memory *memory, const Node *node) {
    for (int i = 0; i < node->n_in; i++) {
        Life *life = map_get(memory->life_of, node->in[i]);
        if (life) {
            life->last = memory->step;
        }
    }
    note_value(memory, node);
    memory->step++;
}

/* Whether life may lie where before lies: before is the residual of the node, not its data as well
 * (a window reads the data around a pixel again after that pixel's result is written), this step is
 * its last, and both occupy exactly the same bytes, so that elements meet their own residuals. */
static bool takes_place(const Life *life, const Life *before) {
    const Node *node = life->node;
    return node->has_residual && node->in[node->n_in - 1] == before->value &&
           node->in[0] != before->value && before->last == life->first && before->lo == life->lo &&
           before->hi == life->hi;
}

static bool apart(int64_t lo, int64_t hi, const Life *life) {
    return hi <= life->lo || life->hi <= lo;
}

/* Keeps those that live in the step or later. */
static void drop_ended(Memory *memory, int step) {
    int kept = 0;
    for (int i = 0; i < memory->n_live; i++) {
        if (memory->live[i]->last >= step) {
            memory->live[kept++] = memory->live[i];
        }
    }
    memory->n_live = kept;
}

static void check_value(const Memory *memory, const Life *life) {
    for (int i = 0; i < memory->n_live; i++) {
        const Life *before = memory->live[i];
        if (!apart(life->lo, life->hi, before) && !takes_place(life, before)) {
            broken(memory->verify, life->value->name, "overlaps %%%s, which is still read",
                   before->value->name);
        }
    }
}

/* Lives are in the order of their first steps, so an earlier one overlaps in time exactly when its
 * last step is not before this one's first. */
static void check_values(Memory *memory) {
    memory->n_live = 0;
    for (int i = 0; i < memory->count; i++) {
        drop_ended(memory, memory->lives[i].first);
        check_value(memory, &memory->lives[i]);
        memory->live[memory->n_live++] = &memory->lives[i];
    }
}

/* The scratch of the first thread is part of arena_bytes. That of further threads follows it, so
 * nothing that lives in the step may end above its start. */
static void check_scratch(const Memory *memory, const Node *node) {
    Verify *verify = memory->verify;
    int64_t lo = node->scratch_offset, hi = plus(lo, node->scratch_bytes);
    if (node->scratch_bytes == 0) {
        return;
    }
    if (node->scratch_bytes < 0 || node->scratch_bytes % 64 || lo < 0 || lo % 64 ||
        hi > verify->graph->arena_bytes) {
        broken(verify, node->name, "the scratch of %lld bytes at %lld is misplaced",
               (long long)node->scratch_bytes, (long long)lo);
    }
    for (int i = 0; i < memory->n_live; i++) {
        if (memory->live[i]->hi > lo) {
            broken(verify, node->name, "the scratch overlaps %%%s", memory->live[i]->value->name);
        }
    }
}

static void check_scratches(Memory *memory, const NodeList *nodes) {
    memory->n_live = 0;
    for (int step = 0, born = 0; step < nodes->count; step++) {
        drop_ended(memory, step);
        while (born < memory->count && memory->lives[born].first == step) {
            memory->live[memory->n_live++] = &memory->lives[born++];
        }
        check_scratch(memory, nodes->at[step]);
    }
}

/* The inner values (rings of rows) follow each other in the order of the body; behind them lies the
 * scratch of the nodes, which may overlap, as one node runs at a time. */
static void check_rings(Verify *verify, const Node *region) {
    int64_t end = 0;
    for (int i = 0; i < region->body.count; i++) {
        const Value *value = region->body.at[i]->out[0];
        if (value == region->out[0]) {
            continue;
        }
        if (value->offset < end || value->offset % 64 != 0) {
            broken(verify, value->name, "the offset in the region is %lld",
                   (long long)value->offset);
        }
        end = plus(value->offset, value_bytes(value));
    }
    for (int i = 0; i < region->body.count; i++) {
        const Node *node = region->body.at[i];
        bool below = node->scratch_bytes > 0 && node->scratch_offset < end;
        if (below || plus(node->scratch_offset, node->scratch_bytes) > region->scratch_bytes) {
            broken(verify, node->name, "the scratch in the region is misplaced");
        }
    }
    if (end > region->scratch_bytes) {
        broken(verify, region->name, "the rows end at %lld, the scratch at %lld", (long long)end,
               (long long)region->scratch_bytes);
    }
}

/* All lives must be known before any are compared, as a life ends with its last reader. */
void verify_offsets(Verify *verify) {
    if (!reached(verify, STAGE_PLANNED)) {
        return;
    }
    const NodeList *nodes = &verify->graph->nodes;
    Memory memory = {.verify = verify, .life_of = map_by_address(verify->scratch)};
    memory.lives = NEW_ARRAY(verify->scratch, Life, nodes->count);
    memory.live = NEW_ARRAY(verify->scratch, const Life *, nodes->count);
    for (int i = 0; i < nodes->count; i++) {
        note_step(&memory, nodes->at[i]);
    }
    check_values(&memory);
    check_scratches(&memory, nodes);
    for (int i = 0; i < nodes->count; i++) {
        if (node_has(nodes->at[i], BODY)) {
            check_rings(verify, nodes->at[i]);
        }
    }
}

void verify_outputs(Verify *verify) {
    const Graph *graph = verify->graph;
    if (graph->n_outputs < 1) {
        broken(verify, graph->name, "the graph has no output");
    }
    Map *seen = map_by_address(verify->scratch);
    for (int i = 0; i < graph->n_outputs; i++) {
        const Value *value = graph->outputs[i];
        if (!value->def || graph_value(graph, value->name) != value) {
            broken(verify, value->name, "an output that no node defines");
        }
        if (map_get(seen, value)) {
            broken(verify, value->name, "two outputs are this value");
        }
        map_put(seen, value, value);
    }
}
