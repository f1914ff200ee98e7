/* plan_order.c - chooses the order of execution that needs the least memory.
 *
 *   x -> a -> b -> c -> sum        The shortcut s may run first, last or in between. What is live
 *   x ---------- s ---> sum        at each step depends only on the set of steps done before it.
 *
 * So the search walks over sets of done steps, by size: for each set it keeps the best way to get
 * there (smallest peak, then fewest departures from the given order). In these networks few sets
 * exist for each size, so the search is complete and its peak is the least that any order can
 * reach. One rule keeps it small and loses nothing: a step that writes into the caller's buffer
 * runs as soon as it can (it only frees memory).
 */
#include "plan.h"

#include <string.h>

enum { MOST_STATES = 512 /* sets kept for each size; beyond that the search is not complete */ };

typedef struct State {
    bool *done;
    int64_t peak;
    int departures;
    int step; /* done last */
    const struct State *before;
} State;

typedef struct Level {
    State *at[MOST_STATES];
    int count;
} Level;

static bool is_produced(const Item *item, const bool *done) {
    return done[item->producer[0]] && (item->producer[1] == NOTHING || done[item->producer[1]]);
}

static bool is_begun(const Item *item, const bool *done) {
    return done[item->producer[0]] || (item->producer[1] != NOTHING && done[item->producer[1]]);
}

static bool all_read(const Item *item, const bool *done, int except) {
    for (int i = 0; i < item->n_readers; i++) {
        if (item->readers[i] != except && !done[item->readers[i]]) {
            return false;
        }
    }
    return true;
}

static bool is_live(const Item *item, const bool *done) {
    return is_begun(item, done) && !(is_produced(item, done) && all_read(item, done, NOTHING));
}

bool plan_in_place(const Plan *plan, int step, const bool *done) {
    int takes = plan->steps[step].takes;
    return takes != NOTHING && all_read(&plan->items[takes], done, step);
}

/* Bytes that are in use while the step runs. */
static int64_t step_bytes(const Plan *plan, int step, const bool *done) {
    const PlannedNode *at = &plan->steps[step];
    int64_t bytes = at->scratch;
    for (int i = 0; i < plan->n_items; i++) {
        bytes += is_live(&plan->items[i], done) ? plan->items[i].bytes : 0;
    }
    bool is_new = at->item != NOTHING && !is_begun(&plan->items[at->item], done);
    return bytes + (is_new && !plan_in_place(plan, step, done) ? plan->items[at->item].bytes : 0);
}

static bool is_ready(const Plan *plan, const State *state, int step) {
    const PlannedNode *at = &plan->steps[step];
    if (state->done[step]) {
        return false;
    }
    for (int i = 0; i < at->n_reads; i++) {
        if (!is_produced(&plan->items[at->reads[i]], state->done)) {
            return false;
        }
    }
    return true;
}

static bool is_departure(const State *state, int step) {
    for (int i = 0; i < step; i++) {
        if (!state->done[i]) {
            return true;
        }
    }
    return false;
}

static State *advance(const Plan *plan, const State *state, int step) {
    Arena *arena = plan->unit->arena;
    State *next = NEW(arena, State);
    int64_t bytes = step_bytes(plan, step, state->done);
    *next = *state;
    next->done = NEW_ARRAY(arena, bool, plan->n_steps);
    memcpy(next->done, state->done, (size_t)plan->n_steps * sizeof(bool));
    next->done[step] = true;
    next->peak = bytes > state->peak ? bytes : state->peak;
    next->departures += is_departure(state, step);
    next->step = step;
    next->before = state;
    return next;
}

static bool is_better(const State *a, const State *b) {
    return a->peak < b->peak || (a->peak == b->peak && a->departures < b->departures);
}

/* Keeps the better of two ways to the same set; when the level is full, drops the worst set. */
static void keep(Plan *plan, Level *level, State *state) {
    int worst = 0;
    for (int i = 0; i < level->count; i++) {
        if (memcmp(level->at[i]->done, state->done, (size_t)plan->n_steps) == 0) {
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

/* The ready step that writes to the caller, or NOTHING. */
static int ready_output(const Plan *plan, const State *state) {
    for (int i = 0; i < plan->n_steps; i++) {
        if (plan->steps[i].item == NOTHING && is_ready(plan, state, i)) {
            return i;
        }
    }
    return NOTHING;
}

/* Adds the states that one step more leads to; size is the number of done steps. */
static void expand(Plan *plan, const State *state, int size, Level *next) {
    int output = plan->given ? plan->given[size] : ready_output(plan, state);
    if (output != NOTHING) {
        keep(plan, next, advance(plan, state, output));
        return;
    }
    for (int i = 0; i < plan->n_steps; i++) {
        if (is_ready(plan, state, i)) {
            keep(plan, next, advance(plan, state, i));
        }
    }
}

void plan_order(Plan *plan) {
    Arena *arena = plan->unit->arena;
    Level *level = NEW(arena, Level), *next = NEW(arena, Level);
    level->at[level->count++] =
        &(State){.done = NEW_ARRAY(arena, bool, plan->n_steps), .step = NOTHING};
    plan->searched = true;
    for (int size = 0; size < plan->n_steps; size++) {
        next->count = 0;
        for (int i = 0; i < level->count; i++) {
            expand(plan, level->at[i], size, next);
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
