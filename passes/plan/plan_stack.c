/* plan_stack.c - a slower, complete search for offsets, for graphs that plan_place.c cannot pack.
 *
 *   offset   2 |     c c c        Every packing can be pushed down until each buffer lies on the
 *            1 | b b b b          floor or on another one. Placed in order of their offsets, each
 *            0 | a a              lies as low as those before it allow: here a, b, c.
 *                  time
 *
 * So it tries the orders in which buffers can be stacked, lowest first, and gives up an order as
 * soon as some step has not enough room left for the buffers still to be placed. Given enough tries
 * that finds a packing within the limits if there is one; MOST_TRIES bounds the time.
 */
#include "plan.h"

#include <string.h>

enum {
    MOST_TRIES = 50000, /* in a plan of up to USUAL_STEPS steps; as much work in a longer one */
    USUAL_STEPS = 128
};

/* The state of the search; "position" is one in the order of execution. */
typedef struct Stack {
    Plan *plan;
    const int64_t *limit; /* highest end of a buffer at each position */
    int64_t *floor;       /* end of what is placed, at each position */
    int64_t *rest;        /* bytes still to be placed, at each position */
    bool *placed;
    int64_t **saved; /* for each buffer: the floors in front of its placement, while it lives */
    int tries;
} Stack;

/* Whether the buffers still to be placed can fit: at each position, above what is placed and above
 * lowest, since offsets rise from one placement to the next. */
static bool has_room(const Stack *stack, int64_t lowest) {
    for (int t = 0; t < stack->plan->n_steps; t++) {
        int64_t from = larger(stack->floor[t], stack->rest[t] ? lowest : 0);
        if (from + stack->rest[t] > stack->limit[t]) {
            return false;
        }
    }
    return true;
}

/* The lowest offset of a buffer on top of what is placed. */
static int64_t floor_of(const Stack *stack, const Buffer *buffer) {
    int64_t floor = 0;
    for (int t = buffer->first; t <= buffer->last; t++) {
        floor = larger(floor, stack->floor[t]);
    }
    return floor;
}

static void put(Stack *stack, int index, int64_t offset) {
    Buffer *buffer = &stack->plan->buffers[index];
    buffer->offset = offset;
    stack->placed[index] = true;
    for (int t = buffer->first; t <= buffer->last; t++) {
        stack->saved[index][t - buffer->first] = stack->floor[t];
        stack->floor[t] = offset + buffer->bytes;
        stack->rest[t] -= buffer->bytes;
    }
}

static void take_back(Stack *stack, int index) {
    const Buffer *buffer = &stack->plan->buffers[index];
    stack->placed[index] = false;
    for (int t = buffer->first; t <= buffer->last; t++) {
        stack->floor[t] = stack->saved[index][t - buffer->first];
        stack->rest[t] += buffer->bytes;
    }
}

/* Places the other buffers after count of them. previous is the one placed last, NOTHING at first.
 * Offsets must not fall, and of equal ones the index must rise: each packing is then reached by one
 * order only. */
static bool stack_from(Stack *stack, int count, int previous) {
    const Plan *plan = stack->plan;
    if (count == plan->n_buffers) {
        return true;
    }
    int64_t lowest = previous == NOTHING ? 0 : plan->buffers[previous].offset;
    for (int i = 0; i < plan->n_buffers && stack->tries > 0; i++) {
        int64_t offset = stack->placed[i] ? -1 : floor_of(stack, &plan->buffers[i]);
        if (offset < lowest || (offset == lowest && i < previous)) {
            continue;
        }
        stack->tries--;
        put(stack, i, offset);
        if (has_room(stack, offset) && stack_from(stack, count + 1, i)) {
            return true;
        }
        take_back(stack, i);
    }
    return false;
}

bool plan_stack(Plan *plan, const int64_t *limit) {
    Arena *arena = arena_child(plan->unit->arena);
    int64_t tries = (int64_t)MOST_TRIES * USUAL_STEPS / larger(plan->n_steps, USUAL_STEPS);
    Stack stack = {.plan = plan, .limit = limit, .tries = (int)tries};
    stack.floor = NEW_ARRAY(arena, int64_t, plan->n_steps);
    stack.rest = NEW_ARRAY(arena, int64_t, plan->n_steps);
    stack.placed = NEW_ARRAY(arena, bool, plan->n_buffers);
    stack.saved = NEW_ARRAY(arena, int64_t *, plan->n_buffers);
    for (int i = 0; i < plan->n_buffers; i++) {
        const Buffer *buffer = &plan->buffers[i];
        stack.saved[i] = NEW_ARRAY(arena, int64_t, buffer->last - buffer->first + 1);
    }
    memcpy(stack.rest, plan->load, (size_t)plan->n_steps * sizeof *stack.rest);
    bool found = stack_from(&stack, 0, NOTHING);
    arena_destroy(arena);
    return found;
}
