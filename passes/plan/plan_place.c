/* plan_place.c - gives each buffer its offset, so that the arena is as small as the bound.
 *
 *   step     1  2  3  4          offset
 *   x        #  #  .  .          14400: the end of a      buffers that are live together must not
 *   s        #  #  #  #          0                        overlap; scratch of a step lies above all
 *   a        .  #  #  .          2880                     that is live in it, so that any number
 *   b        .  .  #  #          14400: x has gone        of threads has room to grow upwards
 *
 * A search with backtracking places buffers in order of birth, at the lowest place first, under a
 * limit for each step: bound minus scratch. Candidates are the edges of what is already placed and
 * the limit itself. At most four or five values live at once here, so it succeeds at once or after
 * few steps back. The limits of more threads are asked for first and given up before the limit of
 * one thread is. What this search cannot pack is given to the complete one (plan_stack.c).
 *
 * Not every order can be packed at its bound: a value that lives on cannot move to where another
 * one has gone. Then the limit grows. Up to MOST_EXACT buffers the least one is found, and the
 * complete search proves that it is; with more buffers it is found but for a part of the bound. The
 * caller reports the gap.
 */
#include "plan.h"

enum {
    MOST_TRIES = 20000, /* placements tried before a limit is given up */
    MOST_THREADS = 16,  /* thread counts 1, 2, 4 .. whose bounds are asked for */
    GAP_PARTS = 512,    /* the limit grows by this part of the bound at a time, */
    SMALL_STEPS = 16,   /* so often; then in steps twice as large each time */
    MOST_EXACT = 10,    /* buffers of which all packings can be tried */
    LINE_BYTES = 64
};

/* Earlier buffers that live together with one. */
typedef struct Met {
    int *at;
    int count;
} Met;

/* Where a buffer may be put, in rising order: there is room for two places, and two more for each
 * buffer that it meets. */
typedef struct Places {
    int64_t *at;
    int count;
} Places;

typedef struct Search {
    Plan *plan;
    int64_t *limit;   /* at each position */
    int64_t *highest; /* that each buffer may end at: the least limit while it lives */
    Met *met;         /* for each buffer */
    Places *places;   /* likewise */
    int tries;
} Search;

/* Keeps the places sorted and distinct. */
static void note_place(Places *places, int64_t offset) {
    int at = 0;
    while (at < places->count && places->at[at] < offset) {
        at++;
    }
    bool known = at < places->count && places->at[at] == offset;
    if (offset < 0 || known) {
        return;
    }
    for (int i = places->count++; i > at; i--) {
        places->at[i] = places->at[i - 1];
    }
    places->at[at] = offset;
}

/* Buffers come in order of birth, so an earlier one that has not gone when a buffer begins meets
 * it.
 */
static Met *find_meetings(Plan *plan) {
    Arena *arena = plan->unit->arena;
    Met *met = NEW_ARRAY(arena, Met, plan->n_buffers);
    int *live = NEW_ARRAY(arena, int, plan->n_buffers), n_live = 0;
    for (int i = 0; i < plan->n_buffers; i++) {
        int kept = 0;
        for (int j = 0; j < n_live; j++) {
            if (plan->buffers[live[j]].last >= plan->buffers[i].first) {
                live[kept++] = live[j];
            }
        }
        n_live = kept;
        met[i] = (Met){NEW_ARRAY(arena, int, n_live), n_live};
        for (int j = 0; j < n_live; j++) {
            met[i].at[j] = live[j];
        }
        live[n_live++] = i;
    }
    return met;
}

static void find_places(const Search *search, int index, Places *places) {
    const Buffer *buffers = search->plan->buffers, *buffer = &buffers[index];
    const Met *met = &search->met[index];
    places->count = 0;
    note_place(places, 0);
    note_place(places, search->highest[index] - buffer->bytes);
    for (int i = 0; i < met->count; i++) {
        const Buffer *other = &buffers[met->at[i]];
        note_place(places, other->offset + other->bytes);
        note_place(places, other->offset - buffer->bytes);
    }
}

static bool fits(const Search *search, int index, int64_t offset) {
    const Buffer *buffers = search->plan->buffers, *buffer = &buffers[index];
    const Met *met = &search->met[index];
    if (offset + buffer->bytes > search->highest[index]) {
        return false;
    }
    for (int i = 0; i < met->count; i++) {
        const Buffer *other = &buffers[met->at[i]];
        if (offset < other->offset + other->bytes && offset + buffer->bytes > other->offset) {
            return false;
        }
    }
    return true;
}

static bool place_from(Search *search, int index) {
    if (index == search->plan->n_buffers) {
        return true;
    }
    Places *places = &search->places[index];
    find_places(search, index, places);
    for (int i = 0; i < places->count && search->tries > 0; i++) {
        if (!fits(search, index, places->at[i])) {
            continue;
        }
        search->tries--;
        search->plan->buffers[index].offset = places->at[i];
        if (place_from(search, index + 1)) {
            return true;
        }
    }
    return false;
}

static int64_t scratch_at(const Plan *plan, int position) {
    return plan->steps[plan->order[position]].scratch;
}

/* The least arena for a number of threads, each with scratch of its own: over all steps, the live
 * bytes and the scratch of all threads. */
static int64_t bound_for(const Plan *plan, int threads) {
    int64_t bound = 0;
    for (int i = 0; i < plan->n_steps; i++) {
        int64_t bytes = plan->load[i] + threads * scratch_at(plan, i);
        bound = bytes > bound ? bytes : bound;
    }
    return bound;
}

/* The bounds of 1, 2, 4 .. threads at once, each lengthened by extra bytes. */
static void set_limits(Search *search, int threads, int64_t extra) {
    const Plan *plan = search->plan;
    for (int i = 0; i < plan->n_steps; i++) {
        search->limit[i] = INT64_MAX;
    }
    for (int t = 1; t <= threads; t *= 2) {
        int64_t bound = bound_for(plan, t) + extra;
        for (int i = 0; i < plan->n_steps; i++) {
            search->limit[i] = smaller(search->limit[i], bound - t * scratch_at(plan, i));
        }
    }
    for (int i = 0; i < plan->n_buffers; i++) {
        const Buffer *buffer = &plan->buffers[i];
        search->highest[i] = INT64_MAX;
        for (int t = buffer->first; t <= buffer->last; t++) {
            search->highest[i] = smaller(search->highest[i], search->limit[t]);
        }
    }
}

static bool place_within(Search *search, int threads, int64_t extra) {
    set_limits(search, threads, extra);
    search->tries = MOST_TRIES;
    return place_from(search, 0);
}

static bool place_beyond(Search *search, int64_t extra) {
    return place_within(search, 1, extra) || plan_stack(search->plan, search->limit);
}

/* The limit of one thread grows until all buffers have a place; then it comes back as far as that
 * stays so. lo is too little and hi is enough. */
static void grow(Search *search) {
    const Plan *plan = search->plan;
    int64_t part = round_up(plan->bound / GAP_PARTS + 1, LINE_BYTES), step = part;
    int64_t unit = plan->n_buffers <= MOST_EXACT ? LINE_BYTES : part;
    int64_t lo = 0, hi = part;
    for (int i = 1; !place_beyond(search, hi); i++) {
        step *= i < SMALL_STEPS ? 1 : 2;
        lo = hi;
        hi += step;
    }
    while (hi - lo > unit) {
        int64_t middle = lo + (hi - lo) / 2 / unit * unit;
        bool enough = place_beyond(search, middle);
        lo = enough ? lo : middle;
        hi = enough ? middle : hi;
    }
    place_beyond(search, hi);
}

static Places *make_places(Arena *arena, const Met *met, int count) {
    Places *places = NEW_ARRAY(arena, Places, count);
    for (int i = 0; i < count; i++) {
        places[i].at = NEW_ARRAY(arena, int64_t, 2 + 2 * met[i].count);
    }
    return places;
}

static void measure(Plan *plan) {
    for (int i = 0; i < plan->n_buffers; i++) {
        const Buffer *buffer = &plan->buffers[i];
        for (int t = buffer->first; t <= buffer->last; t++) {
            int64_t end = buffer->offset + buffer->bytes;
            plan->top[t] = end > plan->top[t] ? end : plan->top[t];
        }
    }
    for (int t = 0; t < plan->n_steps; t++) {
        int64_t bytes = plan->top[t] + scratch_at(plan, t);
        plan->arena_bytes = bytes > plan->arena_bytes ? bytes : plan->arena_bytes;
    }
}

void plan_place(Plan *plan) {
    Arena *arena = plan->unit->arena;
    Search search = {.plan = plan,
                     .limit = NEW_ARRAY(arena, int64_t, plan->n_steps),
                     .highest = NEW_ARRAY(arena, int64_t, plan->n_buffers),
                     .met = find_meetings(plan)};
    search.places = make_places(arena, search.met, plan->n_buffers);
    bool placed = false;
    for (int threads = MOST_THREADS; threads >= 1 && !placed; threads /= 2) {
        placed = place_within(&search, threads, 0);
    }
    if (!placed && !plan_stack(plan, search.limit)) {
        grow(&search);
    }
    plan->top = NEW_ARRAY(arena, int64_t, plan->n_steps);
    measure(plan);
}
