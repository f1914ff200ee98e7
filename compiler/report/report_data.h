/* report_data.h - everything that the page of xnc report shows, as JSON.
 *
 * The numbers are those of analyze, bench and check, in the form of their --json.
 */
#ifndef XNC_COMPILER_REPORT_DATA_H
#define XNC_COMPILER_REPORT_DATA_H

#include "bench.h"
#include "check.h"

typedef struct Report {
    Check *check;                 /* prepared; loaded when outputs is set */
    const CheckedOutput *outputs; /* NULL when the code could not run on this machine */
    const Measured *measured;     /* NULL in the same case */
    const Measured *measured_f32; /* in f32; NULL in the same case, and of a report in f32 */
} Report;

/* {"analysis": as xnc analyze --json, "bench": as xnc bench --layers --json or null, "check": as
 * xnc check --json or null, "bench_f32": in f32, of a report in another precision, or null,
 * "curve": curve_json.h or null, "graphs": {"described", "compiled"}: graph_json.h, "description":
 * {"path", "lines"}, "network", "ops", "facts", "threads", "weights_bytes", "notice": words about
 * what is missing, or null}. The arena releases it. */
json_t *report_data(const Report *report);

#endif
