/* select_features.c - keeps the outputs asked for and removes what they do not need.
 *
 *   before  graph net features_only out_indices=0,-1       after  graph net
 *           tap %a.act3 reduction=2                               output %a.act3
 *           tap %b.act3 reduction=4                               output %c
 *           tap %c reduction=8
 *           output %head.fc
 *
 * Indices count as in Python, negative ones from the end. As in timm, the outputs come in the order
 * of the network and each at most once, whatever the order of the indices. Taps are dropped
 * afterwards: later passes respect outputs, not taps. Removing nodes is safe because only those go
 * whose results nothing reads.
 */
#include "rewrite.h"

static bool pick_tap(Unit *unit, bool *picked, int64_t index) {
    Graph *graph = unit->graph;
    int64_t at = index < 0 ? index + graph->n_taps : index;
    if (at < 0 || at >= graph->n_taps) {
        const char *hint = arena_printf(unit->arena, "%s has features 0 to %d, or -%d to -1",
                                        graph->name, graph->n_taps - 1, graph->n_taps);
        return diag_at(unit->diag, DIAG_VALUE, (Loc){0}, hint, "there is no feature %lld",
                       (long long)index);
    }
    picked[at] = true;
    return true;
}

static bool pick_taps(Unit *unit, bool *picked) {
    Graph *graph = unit->graph;
    if (graph->n_taps == 0) {
        return diag_at(unit->diag, DIAG_VALUE, (Loc){0}, NULL,
                       "the description of %s names no feature taps", graph->name);
    }
    bool good = true;
    for (int i = 0; i < graph->n_out_indices; i++) {
        good = pick_tap(unit, picked, graph->out_indices[i]) && good;
    }
    for (int i = 0; i < graph->n_taps && graph->n_out_indices == 0; i++) {
        picked[i] = true;
    }
    return good;
}

bool pass_select_features(Unit *unit) {
    Graph *graph = unit->graph;
    if (graph->features_only) {
        bool *picked = NEW_ARRAY(unit->arena, bool, graph->n_taps);
        if (!pick_taps(unit, picked)) {
            return false;
        }
        graph->outputs = NEW_ARRAY(unit->arena, Value *, graph->n_taps);
        graph->n_outputs = 0;
        for (int i = 0; i < graph->n_taps; i++) {
            if (picked[i]) {
                graph->outputs[graph->n_outputs++] = graph->taps[i].value;
            }
        }
        graph->features_only = false;
        graph->n_out_indices = 0;
    }
    graph->n_taps = 0;
    graph_remove_dead(graph);
    return true;
}
