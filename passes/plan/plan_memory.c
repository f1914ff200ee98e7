/* plan_memory.c - chooses the order of execution and places every value in one arena.
 *
 *   before  %a = separable(%x)                       x must live until the shortcut reads it
 *           %b = separable(%a)
 *           %s = conv2d(%x, %b) residual
 *   after   %s = conv2d(%x) offset=0                 the shortcut runs first, x dies early, and
 *           %a = separable(%x) offset=2880000        b takes the place of s
 *           %b = separable(%a, %s) residual offset=0
 *
 * A sum of two nodes may be finished by either of them: the one that runs last adds the other's
 * result. Addition is commutative in floating point, so bits do not change. A result may take the
 * place of its own residual when nothing reads that later: each element is read before it is
 * written, by the same thread. The graph's input and outputs are in the caller's buffers and need
 * no place. A region is one step, whose scratch holds the rings of its values.
 *
 * arena_bound is the least that any order can need at its largest step; arena_bytes is what the
 * placement reached. They differ where no placement reaches the bound, as values cannot move while
 * they live: most often in a few small layers. A gap is said, not hidden.
 */
#include "plan.h"

#include <string.h>

/* The step that produces a value, NOTHING for the graph's input. */
static int step_of(const Plan *plan, const Value *value) {
    const PlannedNode *step = map_get(plan->step_of, value);
    return step ? (int)(step - plan->steps) : NOTHING;
}

static void list_steps(Plan *plan, const NodeList *list) {
    for (int i = 0; i < list->count; i++) {
        Node *node = list->at[i];
        if (node_has(node, BODY)) {
            place_rings(node);
        }
        PlannedNode *step = &plan->steps[plan->n_steps++];
        *step = (PlannedNode){
            .node = node, .item = NOTHING, .takes = NOTHING, .scratch = node->scratch_bytes};
        map_put(plan->step_of, node->out[0], step);
    }
}

/* Whether the result is u8, or planned so: its rounding is that of this value. */
static bool keeps_order(const Node *node) {
    return node && (node->bytes || makes_bytes(node));
}

/* The step that may finish the sum in place of this one: its result is this one's residual and has
 * no other reader, so it could add this one's result instead. NOTHING when there is none. Where one
 * of both is u8 their order counts: what is added last is not rounded in between. */
static int mate_of(const Plan *plan, int step) {
    const Node *node = plan->steps[step].node;
    const Value *residual = node_residual(node);
    bool exact = residual && !keeps_order(residual->def) && !keeps_order(node);
    if (!exact || node_has(node, SUM) || node->residual_scale || node->in[0] == residual) {
        return NOTHING;
    }
    const Node *other = sole_source(&plan->uses, residual);
    int mate = other ? step_of(plan, residual) : NOTHING;
    bool free = mate != NOTHING && node_has(other, ANCHOR) && !other->has_residual &&
                other->epilogue == ACT_none && plan->steps[mate].node == other;
    return free ? mate : NOTHING;
}

static int add_item(Plan *plan, int step) {
    Item *item = &plan->items[plan->n_items];
    *item = (Item){value_bytes(plan->steps[step].node->out[0]), {step, NOTHING}, NULL, 0};
    return plan->n_items++;
}

/* One item for each value in the arena, one for both partners of a free sum. */
static void list_items(Plan *plan) {
    for (int i = 0; i < plan->n_steps; i++) {
        PlannedNode *step = &plan->steps[i];
        int mate = mate_of(plan, i);
        if (mate != NOTHING) {
            step->item = plan->steps[mate].item;
            plan->items[step->item].producer[1] = i;
        } else if (!uses_handed_out(&plan->uses, step->node->out[0])) {
            step->item = add_item(plan, i);
        }
    }
}

static void add_reader(Arena *arena, Item *item, int reader) {
    item->readers = arena_room(arena, item->readers, item->n_readers, sizeof *item->readers);
    item->readers[item->n_readers++] = reader;
}

static void note_read(Plan *plan, int reader, int item) {
    PlannedNode *step = &plan->steps[reader];
    for (int i = 0; i < step->n_reads; i++) {
        if (step->reads[i] == item) {
            return;
        }
    }
    step->reads[step->n_reads++] = item;
    add_reader(plan->unit->arena, &plan->items[item], reader);
}

static void list_reads(Plan *plan) {
    for (int i = 0; i < plan->n_steps; i++) {
        PlannedNode *step = &plan->steps[i];
        const Node *node = step->node;
        const Value *residual = node_residual(node);
        for (int j = 0; j < node->n_in; j++) {
            int source = step_of(plan, node->in[j]);
            int item = source == NOTHING ? NOTHING : plan->steps[source].item;
            if (item == NOTHING || item == step->item) {
                continue; /* the caller's, or the partner's half of a free sum */
            }
            note_read(plan, i, item);
            bool alone = node->in[j] == residual && node->in[0] != residual;
            if (alone && step->item != NOTHING &&
                plan->items[item].bytes == plan->items[step->item].bytes) {
                step->takes = item;
            }
        }
    }
}

/* ---- after the order is known ---- */

/* The position of the last step that produces or reads the item. */
static int last_use(const Item *item, const int *position) {
    int last = position[item->producer[0]];
    if (item->producer[1] != NOTHING && position[item->producer[1]] > last) {
        last = position[item->producer[1]];
    }
    for (int i = 0; i < item->n_readers; i++) {
        int at = position[item->readers[i]];
        last = at > last ? at : last;
    }
    return last;
}

/* Whether the step's result takes the place of its residual: all others have read that. */
static bool is_in_place(const Plan *plan, int step, const int *position) {
    int takes = plan->steps[step].takes;
    return takes != NOTHING && last_use(&plan->items[takes], position) == position[step];
}

static void open_buffer(Plan *plan, int step, const int *position) {
    int item = plan->steps[step].item;
    int at = position[step], last = last_use(&plan->items[item], position);
    if (is_in_place(plan, step, position)) {
        plan->buffer_of[item] = plan->buffer_of[plan->steps[step].takes];
        plan->buffers[plan->buffer_of[item]].last = last;
        return;
    }
    plan->buffer_of[item] = plan->n_buffers;
    plan->buffers[plan->n_buffers++] = (Buffer){plan->items[item].bytes, at, last, 0};
}

static void list_buffers(Plan *plan) {
    Arena *arena = plan->unit->arena;
    int *position = NEW_ARRAY(arena, int, plan->n_steps);
    plan->buffers = NEW_ARRAY(arena, Buffer, plan->n_items);
    plan->buffer_of = NEW_ARRAY(arena, int, plan->n_items);
    plan->load = NEW_ARRAY(arena, int64_t, plan->n_steps);
    memset(plan->buffer_of, NOTHING, (size_t)plan->n_items * sizeof(int));
    for (int i = 0; i < plan->n_steps; i++) {
        position[plan->order[i]] = i;
    }
    for (int i = 0; i < plan->n_steps; i++) {
        int item = plan->steps[plan->order[i]].item;
        if (item != NOTHING && plan->buffer_of[item] == NOTHING) {
            open_buffer(plan, plan->order[i], position);
        }
    }
    for (int i = 0; i < plan->n_buffers; i++) {
        for (int t = plan->buffers[i].first; t <= plan->buffers[i].last; t++) {
            plan->load[t] += plan->buffers[i].bytes;
        }
    }
}

/* Moves the addition, and the activation after it, from one partner of a free sum to the other,
 * which runs later. The sum is from then on the other's result. */
static void swap_sum(Plan *plan, Node *adds, Node *other) {
    Value *old_sum = adds->out[0], *new_sum = other->out[0];
    adds->in[--adds->n_in] = NULL;
    adds->has_residual = false;
    other->epilogue = adds->epilogue;
    adds->epilogue = ACT_none;
    uses_replace(&plan->uses, old_sum, new_sum);
    node_add_residual(other, old_sum);
}

static void finish_sums(Plan *plan) {
    int *last_of = NEW_ARRAY(plan->unit->arena, int, plan->n_items); /* its last step */
    for (int t = 0; t < plan->n_steps; t++) {
        int item = plan->steps[plan->order[t]].item;
        if (item != NOTHING) {
            last_of[item] = plan->order[t];
        }
    }
    for (int i = 0; i < plan->n_items; i++) {
        const int *producer = plan->items[i].producer;
        if (producer[1] != NOTHING && last_of[i] == producer[0]) {
            swap_sum(plan, plan->steps[producer[1]].node, plan->steps[producer[0]].node);
        }
    }
}

static void reorder(Plan *plan) {
    for (int t = 0; t < plan->n_steps; t++) {
        plan->unit->graph->nodes.at[t] = plan->steps[plan->order[t]].node;
    }
}

static void write_back(Plan *plan) {
    Graph *graph = plan->unit->graph;
    for (int t = 0; t < plan->n_steps; t++) {
        const PlannedNode *step = &plan->steps[plan->order[t]];
        if (step->item != NOTHING) {
            step->node->out[0]->offset = plan->buffers[plan->buffer_of[step->item]].offset;
        }
        step->node->scratch_offset = step->scratch ? plan->top[t] : 0;
    }
    graph->arena_bytes = plan->arena_bytes;
    graph->arena_bound = plan->bound;
    graph->stage = STAGE_PLANNED;
}

static void report(const Plan *plan) {
    if (!plan->searched) {
        diag_note(plan->unit->diag, "%s has too many orders of execution to try them all",
                  plan->unit->graph->name);
    }
    if (plan->arena_bytes != plan->bound) {
        diag_note(plan->unit->diag, "the arena of %s takes %lld bytes, %lld more than the bound",
                  plan->unit->graph->name, (long long)plan->arena_bytes,
                  (long long)(plan->arena_bytes - plan->bound));
    }
}

bool pass_plan_memory(Unit *unit) {
    int count = unit->graph->nodes.count;
    Plan plan = {.unit = unit,
                 .uses = uses_of(unit->arena, unit->graph),
                 .step_of = map_by_address(unit->arena)};
    plan.steps = NEW_ARRAY(unit->arena, PlannedNode, count);
    plan.items = NEW_ARRAY(unit->arena, Item, count);
    list_steps(&plan, &unit->graph->nodes);
    list_items(&plan);
    list_reads(&plan);
    plan_order(&plan);
    list_buffers(&plan);
    plan_place(&plan);
    reorder(&plan);
    finish_sums(&plan);
    write_back(&plan);
    report(&plan);
    return true;
}
