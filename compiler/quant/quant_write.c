/* quant_write.c - the numbers of a quantized network -> the text of quant.h.
 *
 *   0.1f   ->   0.1     the shortest decimal that strtof() makes the same float of
 */
#include "quant.h"

#include <inttypes.h>
#include <stdlib.h>

enum { MOST_DIGITS = 9 /* that tell every float from its neighbours */ };

const char *quant_ranges_word(QuantRanges ranges) {
    static const char *const words[QUANT_RANGES] = {"pictures", "norms", "imported"};
    return words[ranges];
}

const char *const quant_pairs_words[3] = {"free", "restricted", "fours"};

void quant_print_float(FILE *out, float number) {
    char text[32];
    for (int digits = 1; digits <= MOST_DIGITS; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)number);
        if (strtof(text, NULL) == number) {
            break;
        }
    }
    fputs(text, out);
}

static void write_head(FILE *out, const Quant *quant) {
    fprintf(out, "xnc-quant 1\nnetwork %016" PRIx64 "\ncheckpoint %016" PRIx64 "\n", quant->network,
            quant->checkpoint);
    if (quant->n_pictures > 0) {
        fprintf(out, "pictures %016" PRIx64 " %" PRId64 "\n", quant->pictures, quant->n_pictures);
    } else {
        fprintf(out, "pictures none\n");
    }
    fprintf(out, "ranges %s\npairs %s\n", quant_ranges_word(quant->ranges),
            quant_pairs_words[quant->together / 2]);
}

static void write_curve(FILE *out, const Quant *quant) {
    if (quant->agreement > 0) {
        fprintf(out, "agreement ");
        quant_print_float(out, quant->agreement);
        fputc('\n', out);
    }
    for (int i = 0; i < quant->n_points; i++) {
        const QuantPoint *point = &quant->points[i];
        fprintf(out, "point %" PRId64 " %" PRId64 " %" PRId64 "\n", point->returned, point->same,
                point->images);
    }
}

/* A line for each channel: scale and zero point. */
static void write_numbers(FILE *out, const char *word, const float *scale, const int *zero,
                          int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        fprintf(out, "%s ", word);
        quant_print_float(out, scale[i]);
        fprintf(out, " %d\n", zero[i]);
    }
}

static void write_channels(FILE *out, const QuantNode *node) {
    write_numbers(out, "in", node->scale, node->zero, node->inputs);
    for (int64_t o = 0; o < node->outputs; o++) {
        fprintf(out, "out ");
        quant_print_float(out, node->step[o]);
        fputc(' ', out);
        quant_print_float(out, node->correction[o]);
        fputc('\n', out);
    }
    for (int64_t o = 0; node->depth > 0 && o < node->outputs; o++) {
        fprintf(out, "delta %.*s\n", (int)quant_letters(node->depth), node->delta[o]);
    }
}

static void write_sizes(FILE *out, const QuantNode *node) {
    fprintf(out, " inputs %" PRId64 " outputs %" PRId64, node->inputs, node->outputs);
    if (node->depth > 0) {
        fprintf(out, " deltas %" PRId64, node->depth);
    }
}

static void write_maps(FILE *out, const Quant *quant) {
    for (int i = 0; i < quant->map_count; i++) {
        const QuantMap *map = &quant->maps[i];
        fprintf(out, "map %s channels %" PRId64 "\n", map->name, map->channels);
        write_numbers(out, "of", map->scale, map->zero, map->channels);
    }
}

void quant_write(FILE *out, const Quant *quant) {
    write_head(out, quant);
    write_curve(out, quant);
    for (int i = 0; i < quant->count; i++) {
        const QuantNode *node = &quant->nodes[i];
        fprintf(out, "node %s %s", node->name, precision_name(node->precision));
        if (node->precision == PRECISION_int8) {
            write_sizes(out, node);
        }
        fprintf(out, " error ");
        quant_print_float(out, node->error);
        fputc('\n', out);
        if (node->precision == PRECISION_int8) {
            write_channels(out, node);
        }
    }
    write_maps(out, quant);
    fprintf(out, "end\n");
}
