/* checkpoint_choice.c - of the sets of tensors that may be the network, the one to take.
 *
 *   state_dict and state_dict_ema fill the network and differ   ->   state_dict_ema, with a note
 *   student. and teacher. do                                    ->   an error that lists both
 *
 * What decides is that a set fills the network, not its name. Equal sets are one.
 */
#include "match.h"

#include <string.h>

enum { MOST_SHOWN = 8 };

static bool sets_equal(Match *match, const TensorSet *one, const TensorSet *other) {
    const Tensor *all = match->file->tensors;
    for (int i = 0; i < match->network->count; i++) {
        int a = one->tensor_of[i], b = other->tensor_of[i];
        bool needed = match->network->at[i].needed;
        if (needed && a != b && !tensors_equal(match, &all[a], &all[b])) {
            return false;
        }
    }
    return true;
}

/* The sets that fill the network and differ; MOST_SHOWN of them at most. */
static int different_sets(Match *match, TensorSet *list[MOST_SHOWN]) {
    int count = 0;
    for (int i = 0; i < match->set_count && count < MOST_SHOWN; i++) {
        TensorSet *set = &match->sets[i];
        bool is_new = set->fills;
        for (int k = 0; is_new && k < count; k++) {
            is_new = !sets_equal(match, list[k], set);
        }
        if (is_new) {
            list[count++] = set;
        }
    }
    return count;
}

const char *prefix_text(Arena *arena, const char *prefix) {
    return *prefix ? arena_printf(arena, "'%s'", readable(arena, prefix, strlen(prefix)))
                   : "no prefix";
}

/* How to say which set: its dict, and what stands before its names there. */
static const char *options_for(const Match *match, const TensorSet *set) {
    Arena *arena = match->reading.arena;
    const TensorFile *file = match->file;
    const char *dict = file->dicts[file->tensors[match->hits[set->first].tensor].dict].path;
    size_t length = strlen(dict);
    bool leads = length > 0 && strncmp(set->prefix, dict, length) == 0;
    const char *under = set->prefix + (leads ? length + 1 : 0);
    if (!leads) {
        return arena_printf(arena, "%s--under=%s", file->dict_count > 1 ? "--dict=. " : "",
                            *under ? under : ".");
    }
    return *under ? arena_printf(arena, "--dict=%s --under=%s", dict, under)
                  : arena_printf(arena, "--dict=%s", dict);
}

static TensorSet *refuse_choice(const Match *match, TensorSet *const *list, int count) {
    Arena *arena = match->reading.arena;
    const char *text = "", *options = "";
    for (int i = 0; i < count; i++) {
        const char *comma = i == 0 ? "" : i + 1 < count ? ", " : " and ";
        text =
            arena_printf(arena, "%s%sunder %s", text, comma, prefix_text(arena, list[i]->prefix));
        options = arena_printf(arena, "%s%s%s", options, i == 0 ? "" : " or ",
                               options_for(match, list[i]));
    }
    fail_in(&match->reading, NULL, arena_printf(arena, "say which one: %s", options),
            "holds the network %s: %s%s", count == 2 ? "twice" : "several times", text,
            count == MOST_SHOWN ? ", and perhaps more" : "");
    return NULL;
}

/* --dict and --under led to nothing: what else there is. */
static TensorSet *refuse_options(const Match *match) {
    Arena *arena = match->reading.arena;
    const TensorSet *best = NULL;
    for (int i = 0; i < match->all_count; i++) {
        if (!best || match->all[i].hits > best->hits) {
            best = &match->all[i];
        }
    }
    const char *hint =
        best ? arena_printf(arena, "most of it is there with %s", options_for(match, best)) : NULL;
    fail_in(&match->reading, NULL, hint, "has nothing of the network where --dict and --under say");
    return NULL;
}

/* The set that has most of the network; where names say nothing, what has no prefix. */
static TensorSet *nearest_set(Match *match) {
    TensorSet *best = NULL;
    if (match->set_count == 0 && (match->options->dict || match->options->under)) {
        return refuse_options(match);
    }
    for (int i = 0; i < match->set_count; i++) {
        TensorSet *set = &match->sets[i];
        if (!best || set->found > best->found) {
            best = set;
        }
    }
    if (!best) {
        const int *index = map_get(match->prefixes, "");
        best = set_add(match, "");
        *best = index ? match->all[*index] : *best;
        set_resolve(match, best);
    }
    return best;
}

TensorSet *match_choose(Match *match, const char **instead) {
    TensorSet *list[MOST_SHOWN];
    int count = different_sets(match, list);
    *instead = NULL;
    if (count == 0) {
        return nearest_set(match);
    }
    if (count == 1) {
        return list[0];
    }
    bool first = name_is_averaged(list[0]->prefix), second = name_is_averaged(list[1]->prefix);
    if (count > 2 || first == second) {
        return refuse_choice(match, list, count);
    }
    *instead = list[first ? 1 : 0]->prefix;
    return list[first ? 0 : 1];
}
