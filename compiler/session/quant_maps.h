/* quant_maps.h - which maps of a network in int8 are kept in 8 bits. */
#ifndef XNC_COMPILER_QUANT_MAPS_H
#define XNC_COMPILER_QUANT_MAPS_H

#include "unit.h"

/* Which maps are kept in 8 bits where their readers can take that. */
typedef enum MapsKept { MAPS_NONE, MAPS_LARGE, MAPS_ALL, MAPS_KEPT } MapsKept;
/* Marks them in a graph that is before its first pass. False after a diagnostic. */
bool quant_plan_maps(const Work *work, const Target *target, Graph *graph, MapsKept kept);

#endif
