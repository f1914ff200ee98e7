/* quant_find.c - nodes and maps of a file by their names, and how many there are of a kind.
 *
 *   "block1.conv"   ->   its QuantNode, its QuantMap
 *
 * The map of names holds indexes from 1, as the lists move while they grow.
 */
#include "quant.h"

void quant_index(Arena *arena, Quant *quant) {
    Map *by_name = map_by_name(arena), *maps_by_name = map_by_name(arena);
    for (int i = 0; i < quant->count; i++) {
        map_put(by_name, quant->nodes[i].name, (void *)(intptr_t)(i + 1));
    }
    for (int i = 0; i < quant->map_count; i++) {
        map_put(maps_by_name, quant->maps[i].name, (void *)(intptr_t)(i + 1));
    }
    quant->by_name = by_name;
    quant->maps_by_name = maps_by_name;
}

int quant_count(const Quant *quant, Precision precision) {
    int count = 0;
    for (int i = 0; i < quant->count; i++) {
        count += quant->nodes[i].precision == precision;
    }
    return count;
}

int quant_count_nudged(const Quant *quant) {
    int count = 0;
    for (int i = 0; i < quant->count; i++) {
        count += quant->nodes[i].depth > 0;
    }
    return count;
}

const QuantNode *quant_node(const Quant *quant, const char *name) {
    const void *found = map_get(quant->by_name, name);
    return found ? &quant->nodes[(intptr_t)found - 1] : NULL;
}

const QuantMap *quant_map(const Quant *quant, const char *name) {
    const void *found = map_get(quant->maps_by_name, name);
    return found ? &quant->maps[(intptr_t)found - 1] : NULL;
}
