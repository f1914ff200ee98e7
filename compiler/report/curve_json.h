/* curve_json.h - the plans that calibrate --agreement has tried, with their predicted times.
 *
 *   point 0 295 300, point 1 299 300   ->   {"agreement": 0.99, "nodes": 44, "returned": 1,
 *       "images": 300, "cycles": 92003411, "cycles_f32": 316231381,
 *       "points": [{"returned": 0, "same": 295, "images": 300, "cycles": 91158729}, ...]}
 */
#ifndef XNC_COMPILER_CURVE_JSON_H
#define XNC_COMPILER_CURVE_JSON_H

#include "check.h"

/* NULL where the network has no such file, and after a diagnostic; the arena releases it. */
json_t *curve_json(const Check *check);

#endif
