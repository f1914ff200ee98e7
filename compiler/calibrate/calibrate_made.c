/* calibrate_made.c - images that are made up, where there are no pictures.
 *
 * Sums of random grids of 2, 4, 8 ... cells a side, each half as strong as the one before and
 * smooth between its cells: as in pictures, most differences are between large areas. The values of
 * 0..1 are normalized as a picture's are. They depend on the index of the image and on nothing
 * else.
 */
#include "calibrate.h"

#include <math.h>

enum { COARSEST = 2 };

uint64_t calibrate_mixed(uint64_t number) {
    number += 0x9e3779b97f4a7c15u;
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9u;
    number = (number ^ (number >> 27)) * 0x94d049bb133111ebu;
    return number ^ (number >> 31);
}

/* A number of 0..1 for a cell of a grid. */
static double cell(uint64_t seed, int64_t side, int64_t y, int64_t x) {
    uint64_t mixed =
        calibrate_mixed(seed + calibrate_mixed((uint64_t)(side * side + y * side + x)));
    return (double)(mixed >> 11) * 0x1p-53;
}

/* The grid at a place of 0..1 downwards and to the right. */
static double grid_at(uint64_t seed, int64_t side, double down, double right) {
    double y = down * (double)(side - 1), x = right * (double)(side - 1);
    int64_t top = (int64_t)y, left = (int64_t)x;
    double part_y = y - (double)top, part_x = x - (double)left;
    int64_t below = top + (top < side - 1), beside = left + (left < side - 1);
    double upper =
        cell(seed, side, top, left) * (1 - part_x) + cell(seed, side, top, beside) * part_x;
    double lower =
        cell(seed, side, below, left) * (1 - part_x) + cell(seed, side, below, beside) * part_x;
    return upper * (1 - part_y) + lower * part_y;
}

/* All grids as fine as the image allows. */
static double value_at(uint64_t seed, const Shape *shape, int64_t y, int64_t x) {
    int64_t height = shape->dim[2], width = shape->dim[3], most = height > width ? height : width;
    double down = height > 1 ? (double)y / (double)(height - 1) : 0;
    double right = width > 1 ? (double)x / (double)(width - 1) : 0;
    double sum = 0, strength = 0.5;
    for (int64_t side = COARSEST; side <= most; side *= 2, strength /= 2) {
        sum += strength * grid_at(seed + (uint64_t)side, side, down, right);
    }
    return fmin(sum, 1);
}

void calibrate_make(const Graph *graph, int64_t index, float *to) {
    const Shape *shape = &graph->input->shape;
    for (int64_t c = 0; c < shape->dim[1]; c++) {
        uint64_t seed = calibrate_mixed((uint64_t)(index * shape->dim[1] + c));
        double mean = graph->preprocess.mean[c < 3 ? c : 3];
        double deviation = graph->preprocess.std[c < 3 ? c : 3];
        for (int64_t y = 0; y < shape->dim[2]; y++) {
            for (int64_t x = 0; x < shape->dim[3]; x++) {
                *to++ = (float)((value_at(seed, shape, y, x) - mean) / deviation);
            }
        }
    }
}
