/* graph_edit.c - removes what nobody reads.
 *
 *   %a = conv2d(%x)                              %a = conv2d(%x)
 *   %b = batch_norm(%a)                    ->    %c = activation(%a)
 *   %c = activation(%a)
 *
 * Removing is safe because nodes have no effect but their results. One walk from the last node to
 * the first is enough: operands are defined before they are read, so when the walk comes to a node
 * it has already seen all its readers.
 */
#include "internal.h"

/* Drops the values that are not in the map, keeping the order; returns how many are left. */
static int keep_read(const Map *read, Value **values, int count) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
        if (map_get(read, values[i])) {
            values[kept++] = values[i];
        }
    }
    return kept;
}

/* Walks the list backwards; read holds every value that an output or a kept node reads. A region
 * loses the results that nobody outside reads, then the nodes of its body that only those needed,
 * then the operands that the rest of the body does not read. */
static void remove_unread(NodeList *list, Map *read) {
    int first = list->count; /* kept nodes gather at the end of the list */
    for (int i = list->count - 1; i >= 0; i--) {
        Node *node = list->at[i];
        int results = keep_read(read, node->out, node->n_out);
        if (!results) {
            continue;
        }
        node->n_out = results;
        node->name = node->out[0]->name;
        if (node_has(node, BODY)) {
            remove_unread(&node->body, read);
            node->n_in = keep_read(read, node->in, node->n_in);
        }
        for (int j = 0; j < node->n_in; j++) {
            map_put(read, node->in[j], node->in[j]);
        }
        list->at[--first] = node;
    }
    for (int i = first; i < list->count; i++) {
        list->at[i - first] = list->at[i];
    }
    list->count -= first;
}

static void note_results(Node *node, void *context) {
    for (int i = 0; i < node->n_out; i++) {
        map_put(context, node->out[i], node->out[i]);
    }
}

/* Taps do not keep a node alive, so those of removed nodes go too. */
static void remove_lost_taps(Graph *graph) {
    Map *defined = map_by_address(graph->arena);
    graph_each(graph, note_results, defined);
    int kept = 0;
    for (int i = 0; i < graph->n_taps; i++) {
        if (map_get(defined, graph->taps[i].value)) {
            graph->taps[kept++] = graph->taps[i];
        }
    }
    graph->n_taps = kept;
}

void graph_remove_dead(Graph *graph) {
    Map *read = map_by_address(graph->arena);
    for (int i = 0; i < graph->n_outputs; i++) {
        map_put(read, graph->outputs[i], graph->outputs[i]);
    }
    remove_unread(&graph->nodes, read);
    remove_lost_taps(graph);
}
