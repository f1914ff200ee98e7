/* channel_order.c - dense images in N, C, H, W <-> dense images in N, H, W, C.
 *
 *   r0 r1 g0 g1 b0 b1   <->   r0 g0 b0 r1 g1 b1      1 x 3 x 1 x 2
 */
#include "channel_order.h"

Shape shape_last(const Shape *shape) {
    const int64_t *dim = shape->dim;
    return shape->rank == 4 ? (Shape){4, {dim[0], dim[2], dim[3], dim[1]}} : *shape;
}

Shape callers_shape(const Graph *graph, const Shape *shape) {
    return graph->channels_last ? shape_last(shape) : *shape;
}

/* Transposes each image, a matrix of so many rows and columns. */
static void transpose(const float *from, int64_t images, int64_t rows, int64_t columns, float *to) {
    for (int64_t n = 0; n < images; n++) {
        int64_t image = n * rows * columns;
        for (int64_t i = 0; i < rows; i++) {
            for (int64_t j = 0; j < columns; j++) {
                to[image + j * rows + i] = from[image + i * columns + j];
            }
        }
    }
}

/* Of a vector: its channels; with one pixel both orders are the same. */
static int64_t pixels_of(const Shape *shape) {
    return shape->rank == 4 ? shape->dim[2] * shape->dim[3] : 1;
}

void channels_to_last(const float *from, const Shape *shape, float *to) {
    transpose(from, shape->dim[0], shape->dim[1], pixels_of(shape), to);
}

void channels_to_first(const float *from, const Shape *shape, float *to) {
    transpose(from, shape->dim[0], pixels_of(shape), shape->dim[1], to);
}
