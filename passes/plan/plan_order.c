/* plan_order.c - chooses the order of execution that needs the least memory.
 *
 *   x -> a -> b -> c -> sum        The shortcut s may run first, last or in between. What is live
 *   x ---------- s ---> sum        at each step depends only on the set of steps done before it.
 *
 * So the search goes over sets of done steps, by size (dynamic programming): for each set it keeps
 * the best order that leads to it, with the smallest peak, then the fewest departures from the
 * order of the graph. In these networks few sets exist for each size, so the search is complete,
 * and its peak is the least that any order can reach. One rule makes it smaller without loss: a
 * step that writes into the caller's buffer runs as soon as it can, because it only frees memory.
 *
 * A set is kept as the number of steps before which all are done, and the few done ones after it;
 * with it are kept the bytes that live and the steps that are ready. So going on by one step costs
 * what that step reads and who reads it, however long the network is.
 */
#include "plan.h"

#include <string.h>

enum { MOST_STATES = 512 /* sets kept for each size; beyond that the search is not complete */ };

/* Steps in rising order. */
typedef struct StepList {
    int *at;
    int count;
} StepList;

typedef struct State {
    int from;       /* all steps in front of this one are done */
    StepList ahead; /* done ones behind it */
    StepList ready; /* not done, but all that they read is there */
    int64_t live;   /* bytes of values that have begun and are still to be read */
    int64_t peak;
    int departures;
    int step; /* done last */
    const struct State *before;
} State;

typedef struct Level {
    State *at[MOST_STATES];
    int count;
} Level;

static bool holds(const StepList *list, int step) {
    for (int i = 0; i < list->count; i++) {
        if (list->at[i] == step) {
            return true;
        }
    }
    return false;
}

static bool is_done(const State *state, int step) {
    return step < state->from || holds(&state->ahead, step);
}

/* A copy with room for more, but for one step. */
static StepList copy_list(Arena *arena, const StepList *list, int without, int more) {
    StepList copy = {NEW_ARRAY(arena, int, list->count + more), 0};
    for (int i = 0; i < list->count; i++) {
        if (list->at[i] != without) {
            copy.at[copy.count++] = list->at[i];
        }
    }
    return copy;
}

static void insert(StepList *list, int step) {
    int at = list->count++;
    for (; at > 0 && list->at[at - 1] > step; at--) {
        list->at[at] = list->at[at - 1];
    }
    list->at[at] = step;
}

static bool is_produced(const Item *item, const State *state) {
    return is_done(state, item->producer[0]) &&
           (item->producer[1] == NOTHING || is_done(state, item->producer[1]));
}

static bool is_begun(const Item *item, const State *state) {
    return is_done(state, item->producer[0]) ||
           (item->producer[1] != NOTHING && is_done(state, item->producer[1]));
}

static bool all_read(const Item *item, const State *state, int except) {
    for (int i = 0; i < item->n_readers; i++) {
        if (item->readers[i] != except && !is_done(state, item->readers[i])) {
            return false;
        }
    }
    return true;
}

static bool is_in_place(const Plan *plan, int step, const State *state) {
    int takes = plan->steps[step].takes;
    return takes != NOTHING && all_read(&plan->items[takes], state, step);
}

/* Bytes of a value that begins with the step. */
static int64_t new_bytes(const Plan *plan, int step, const State *state) {
    int item = plan->steps[step].item;
    bool is_new = item != NOTHING && !is_begun(&plan->items[item], state);
    return is_new ? plan->items[item].bytes : 0;
}

/* Bytes of the values that nobody reads any more when the step is done, its own among them when
 * nobody ever does. */
static int64_t dead_bytes(const Plan *plan, int step, const State *after) {
    const PlannedNode *at = &plan->steps[step];
    int64_t bytes = 0;
    for (int i = 0; i < at->n_reads; i++) {
        const Item *item = &plan->items[at->reads[i]];
        bytes += all_read(item, after, NOTHING) ? item->bytes : 0;
    }
    if (at->item != NOTHING) {
        const Item *own = &plan->items[at->item];
        bytes += is_produced(own, after) && own->n_readers == 0 ? own->bytes : 0;
    }
    return bytes;
}

static bool has_all(const Plan *plan, int step, const State *state) {
    const PlannedNode *at = &plan->steps[step];
    for (int i = 0; i < at->n_reads; i++) {
        if (!is_produced(&plan->items[at->reads[i]], state)) {
            return false;
        }
    }
    return true;
}

static void add_ready(const Plan *plan, int step, State *state) {
    int item = plan->steps[step].item;
    if (item == NOTHING || !is_produced(&plan->items[item], state)) {
        return;
    }
    for (int i = 0; i < plan->items[item].n_readers; i++) {
        int reader = plan->items[item].readers[i];
        if (has_all(plan, reader, state)) {
            insert(&state->ready, reader);
        }
    }
}

static void note_done(State *state, int step) {
    insert(&state->ahead, step);
    int passed = 0;
    while (passed < state->ahead.count && state->ahead.at[passed] == state->from) {
        state->from++;
        passed++;
    }
    state->ahead.at += passed;
    state->ahead.count -= passed;
}

static State *advance(const Plan *plan, const State *state, int step) {
    Arena *arena = plan->unit->arena;
    const PlannedNode *at = &plan->steps[step];
    int readers = at->item == NOTHING ? 0 : plan->items[at->item].n_readers;
    int64_t begun = new_bytes(plan, step, state);
    int64_t bytes = state->live + at->scratch + (is_in_place(plan, step, state) ? 0 : begun);
    State *next = NEW(arena, State);
    *next = *state;
    next->ahead = copy_list(arena, &state->ahead, NOTHING, 1);
    next->ready = copy_list(arena, &state->ready, step, readers);
    note_done(next, step);
    add_ready(plan, step, next);
    next->live += begun - dead_bytes(plan, step, next);
    next->peak = larger(bytes, state->peak);
    next->departures += step != state->from;
    next->step = step;
    next->before = state;
    return next;
}

static bool is_better(const State *a, const State *b) {
    return a->peak < b->peak || (a->peak == b->peak && a->departures < b->departures);
}

static bool is_same_set(const State *a, const State *b) {
    return a->from == b->from && a->ahead.count == b->ahead.count &&
           memcmp(a->ahead.at, b->ahead.at, (size_t)a->ahead.count * sizeof(int)) == 0;
}

/* Adds a state to those of its size. Of two orders that lead to one set the better stays; when
 * there are MOST_STATES sets, the worst is dropped and the search is no longer complete. */
static void keep(Plan *plan, Level *level, State *state) {
    int worst = 0;
    for (int i = 0; i < level->count; i++) {
        if (is_same_set(level->at[i], state)) {
            level->at[i] = is_better(state, level->at[i]) ? state : level->at[i];
            return;
        }
        worst = is_better(level->at[worst], level->at[i]) ? i : worst;
    }
    if (level->count < MOST_STATES) {
        level->at[level->count++] = state;
        return;
    }
    plan->searched = false;
    level->at[worst] = is_better(state, level->at[worst]) ? state : level->at[worst];
}

/* Adds the states that one step more leads to. */
static void expand(Plan *plan, const State *state, Level *next) {
    const StepList *ready = &state->ready;
    for (int i = 0; i < ready->count; i++) {
        if (plan->steps[ready->at[i]].item == NOTHING) { /* it writes to the caller */
            keep(plan, next, advance(plan, state, ready->at[i]));
            return;
        }
    }
    for (int i = 0; i < ready->count; i++) {
        keep(plan, next, advance(plan, state, ready->at[i]));
    }
}

static State *first_state(const Plan *plan) {
    Arena *arena = plan->unit->arena;
    State *state = NEW(arena, State);
    state->step = NOTHING;
    state->ready.at = NEW_ARRAY(arena, int, plan->n_steps);
    for (int i = 0; i < plan->n_steps; i++) {
        if (plan->steps[i].n_reads == 0) {
            state->ready.at[state->ready.count++] = i;
        }
    }
    return state;
}

void plan_order(Plan *plan) {
    Arena *arena = plan->unit->arena;
    Level *level = NEW(arena, Level), *next = NEW(arena, Level);
    level->at[level->count++] = first_state(plan);
    plan->searched = true;
    for (int size = 0; size < plan->n_steps; size++) {
        next->count = 0;
        for (int i = 0; i < level->count; i++) {
            expand(plan, level->at[i], next);
        }
        Level *old = level;
        level = next;
        next = old;
    }
    if (level->count != 1) {
        internal_error("plan_order", "%d final sets of steps", level->count);
    }
    plan->bound = level->at[0]->peak;
    plan->order = NEW_ARRAY(arena, int, plan->n_steps);
    const State *state = level->at[0];
    for (int i = plan->n_steps - 1; i >= 0; i--, state = state->before) {
        plan->order[i] = state->step;
    }
}
