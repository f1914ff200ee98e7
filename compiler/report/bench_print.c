/* bench_print.c - what was measured -> lines of text, or a line of JSON.
 *
 * GFLOP/s and shares of the peak are those of the best run beside the best burst (peak.h); the rate
 * of images is that of the median run, as a user's program sees it. Megabytes are 1e6 bytes.
 */
#include <string.h>

#include "bench.h"
#include "clean.h"

/* GFLOP/s; a multiply-add is two operations. */
static double speed(double macs, double ms) {
    return ms > 0 ? 2.0 * macs / ms / 1e6 : 0;
}

/* Of the peak, 1 being all of it; 0 when there is no peak. */
static double share(double macs, double ms, double peak) {
    return peak > 0 ? speed(macs, ms) / peak : 0;
}

/* Roofline: the least time that the layer could take, by its multiply-adds at the peak or by its
 * bytes at the speed of memory, whichever is longer, divided by the time that it took. */
static double roof_share(const Measured *measured, int layer) {
    double ms = measured->layer_ms[layer], macs = (double)xnc_layer_macs(measured->layers, layer);
    double peak = measured->peak_gflops, speed = measured->memory_speed;
    double working = peak > 0 ? 2 * macs / peak / 1e6 : 0;
    double moving = speed > 0 ? (double)measured->layer_bytes[layer] / speed / 1e6 : 0;
    double least = working > moving ? working : moving;
    return ms > 0 ? least / ms : 0;
}

static double megabytes(double bytes) {
    return bytes / 1e6;
}

/* The sum of the layers' best times is a bound that no run reaches: they are of different runs. */
static void print_layers(const Measured *measured) {
    double sum = 0;
    printf("  %-36s %-10s %9s %9s %8s %6s %6s\n", "layer", "operation", "ms", "MMAC", "MB", "peak",
           "roof");
    for (int i = 0; i < xnc_model_layers(measured->layers); i++) {
        double macs = (double)xnc_layer_macs(measured->layers, i), ms = measured->layer_ms[i];
        print_clean(stdout, "  %-36s %-10s %9.3f %9.1f %8.2f %4.0f %% %4.0f %%\n",
                    xnc_layer_name(measured->layers, i), xnc_layer_op(measured->layers, i), ms,
                    macs / 1e6, megabytes((double)measured->layer_bytes[i]),
                    100 * share(macs, ms, measured->peak_gflops), 100 * roof_share(measured, i));
        sum += ms;
    }
    printf("  sum of the layers %.2f ms, best run %.2f ms; memory is read at %.1f GB/s\n", sum,
           measured->min_ms, measured->memory_speed);
}

void bench_print(const Measured *measured) {
    double ms = measured->median_ms, images = 1e3 * (double)measured->batch;
    bool is_f32 = strcmp(measured->precision, precision_name(PRECISION_f32)) == 0;
    bool halves = strcmp(measured->weights_type, measured->precision) != 0;
    print_clean(stdout, "%s on %s%s%s%s%s, %lldx%lld, batch %lld, threads %d, %d runs\n",
                measured->model, measured->target, is_f32 ? "" : " in ",
                is_f32 ? "" : measured->precision, halves ? ", weights in " : "",
                halves ? measured->weights_type : "", (long long)measured->height,
                (long long)measured->width, (long long)measured->batch, measured->threads,
                measured->runs);
    printf("  min %.2f  median %.2f  p90 %.2f  p99 %.2f ms,  %.1f images/s\n", measured->min_ms, ms,
           measured->p90_ms, measured->p99_ms, images / ms);
    printf("  best run: %.1f GFLOP/s, %.1f %% of the peak of %.1f\n",
           speed(measured->macs, measured->min_ms),
           100 * share(measured->macs, measured->min_ms, measured->peak_gflops),
           measured->peak_gflops);
    printf("  arena %.1f MB (bound %.1f), weights %.1f MB opened in %.1f ms, resident %.1f MB\n",
           megabytes((double)measured->arena_bytes), megabytes((double)measured->arena_bound),
           megabytes((double)measured->weights_bytes), measured->open_ms,
           megabytes((double)measured->rss_bytes));
    if (measured->layer_ms) {
        print_layers(measured);
    }
}

/* The rows of print_layers(), as an array that the arena releases. */
static json_t *layers_json(Arena *arena, const Measured *measured) {
    json_t *list = json_root(arena, json_array());
    for (int i = 0; i < xnc_model_layers(measured->layers); i++) {
        uint64_t macs = xnc_layer_macs(measured->layers, i);
        double ms = measured->layer_ms[i];
        json_append_object(arena, list, "{s:s, s:s, s:f, s:I, s:f, s:I, s:f}", "name",
                           xnc_layer_name(measured->layers, i), "op",
                           xnc_layer_op(measured->layers, i), "ms", ms, "macs", (json_int_t)macs,
                           "share_of_peak", share((double)macs, ms, measured->peak_gflops), "bytes",
                           (json_int_t)measured->layer_bytes[i], "share_of_roof",
                           roof_share(measured, i));
    }
    return list;
}

static void add_times(Arena *arena, json_t *object, const Measured *measured) {
    double ms = measured->median_ms;
    json_member(arena, object, "runs", json_integer(measured->runs));
    json_member(arena, object, "min_ms", json_real(measured->min_ms));
    json_member(arena, object, "median_ms", json_real(ms));
    json_member(arena, object, "p90_ms", json_real(measured->p90_ms));
    json_member(arena, object, "p99_ms", json_real(measured->p99_ms));
    json_member(arena, object, "images_per_s", json_real(1e3 * (double)measured->batch / ms));
    json_member(arena, object, "macs", json_integer((json_int_t)measured->macs));
    json_member(arena, object, "gflops", json_real(speed(measured->macs, measured->min_ms)));
    json_member(arena, object, "peak_gflops", json_real(measured->peak_gflops));
    json_member(arena, object, "share_of_peak",
                json_real(share(measured->macs, measured->min_ms, measured->peak_gflops)));
}

static void add_memory(Arena *arena, json_t *object, const Measured *measured) {
    json_member(arena, object, "arena_bytes", json_integer((json_int_t)measured->arena_bytes));
    json_member(arena, object, "arena_lower_bound_bytes", json_integer(measured->arena_bound));
    json_member(arena, object, "weights_bytes", json_integer((json_int_t)measured->weights_bytes));
    json_member(arena, object, "rss_bytes", json_integer((json_int_t)measured->rss_bytes));
    json_member(arena, object, "open_ms", json_real(measured->open_ms));
    json_member(arena, object, "cpu", json_string(bench_cpu_name(arena)));
}

json_t *bench_json(Arena *arena, const Measured *measured) {
    json_t *object = json_root(
        arena, json_pack("{s:s, s:s, s:s, s:s, s:i, s:I, s:[I, I]}", "model", measured->model,
                         "target", measured->target, "precision", measured->precision,
                         "weights_type", measured->weights_type, "threads", measured->threads,
                         "batch", (json_int_t)measured->batch, "size", (json_int_t)measured->height,
                         (json_int_t)measured->width));
    add_times(arena, object, measured);
    add_memory(arena, object, measured);
    if (measured->layer_ms) {
        json_member(arena, object, "memory_gb_per_s", json_real(measured->memory_speed));
        json_member(arena, object, "layers", json_incref(layers_json(arena, measured)));
    }
    return object;
}

void bench_print_json(Arena *arena, const Measured *measured) {
    const json_t *object = bench_json(arena, measured);
    char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));
    if (!line) {
        arena_fail(arena);
    }
    puts(line);
    free(line);
}
