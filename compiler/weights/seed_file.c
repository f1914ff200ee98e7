/* seed_file.c - the parameters of a graph -> a .safetensors file with seeded values.
 *
 *   u64 length | {"stem.0.conv.weight":{"dtype":"F32","shape":[32,3,3,3],"data_offsets":[0,3456]},
 *   ...} padded with spaces to 8 bytes | the values, in the order of the header
 *
 * The format is that of the safetensors README: header length, JSON header, data without gaps. One
 * tensor at a time is in memory, so a network of any size needs the memory of its largest one.
 */
#include "seed.h"

#include <string.h>

#include "output.h"

/* The checkpoint's shape: a first convolution that is adapted keeps the channels of the file. */
static Shape file_shape(const Param *param) {
    Shape shape = param->shape;
    if (param->adapted_from > 0) {
        shape.dim[1] = param->adapted_from;
    }
    return shape;
}

/* The JSON header while it is written. */
typedef struct Header {
    char *text;
    size_t length, room; /* bytes written; bytes of memory, computed in advance */
} Header;

__attribute__((format(printf, 2, 3))) static void header_add(Header *header, const char *format,
                                                             ...) {
    va_list args;
    va_start(args, format);
    int added =
        vsnprintf(header->text + header->length, header->room - header->length, format, args);
    va_end(args);
    if (added < 0 || (size_t)added >= header->room - header->length) {
        internal_error("seed_file", "the header outgrew its room of %zu bytes", header->room);
    }
    header->length += (size_t)added;
}

/* offset: bytes of data before this tensor; 0 only for the first, which has no comma before it. */
static void add_entry(Header *header, const Param *param, int64_t offset) {
    Shape shape = file_shape(param);
    header_add(header, "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[", offset ? "," : "", param->name);
    for (int i = 0; i < shape.rank; i++) {
        header_add(header, "%s%lld", i ? "," : "", (long long)shape.dim[i]);
    }
    header_add(header, "],\"data_offsets\":[%lld,%lld]}", (long long)offset,
               (long long)(offset + shape_elements(&shape) * 4));
}

/* Padded to a multiple of 8 bytes, as the format recommends, so that the data is aligned. */
static Header make_header(Arena *arena, const Graph *graph) {
    enum { ENTRY_ROOM = 200 }; /* two offsets, four dimensions and the words around them */
    Header header = {NULL, 0, ENTRY_ROOM};
    for (int i = 0; i < graph->n_params; i++) {
        header.room += strlen(graph->params[i].name) + ENTRY_ROOM;
    }
    header.text = arena_alloc(arena, header.room);
    int64_t offset = 0;
    header_add(&header, "{");
    for (int i = 0; i < graph->n_params; i++) {
        Shape shape = file_shape(&graph->params[i]);
        add_entry(&header, &graph->params[i], offset);
        offset += shape_elements(&shape) * 4;
    }
    header_add(&header, "}");
    while (header.length % 8 != 0) {
        header_add(&header, " ");
    }
    return header;
}

static int64_t largest_tensor(const Graph *graph) {
    int64_t largest = 1;
    for (int i = 0; i < graph->n_params; i++) {
        Shape shape = file_shape(&graph->params[i]);
        int64_t elements = shape_elements(&shape);
        largest = elements > largest ? elements : largest;
    }
    return largest;
}

/* One buffer for all tensors. */
static void write_values(Arena *arena, FILE *out, const Graph *graph, uint64_t seed) {
    float *values = NEW_ARRAY(arena, float, largest_tensor(graph));
    for (int i = 0; i < graph->n_params; i++) {
        Shape shape = file_shape(&graph->params[i]);
        seed_tensor(values, graph->params[i].name, &shape, seed);
        fwrite(values, sizeof(float), (size_t)shape_elements(&shape), out);
    }
}

bool seed_weights_write(Arena *arena, Diag *diag, const Graph *graph, uint64_t seed,
                        const char *path) {
    Output *output = output_open(arena, diag, path);
    if (!output) {
        return false;
    }
    FILE *out = output_stream(output);
    Header header = make_header(arena, graph);
    uint64_t length = header.length;
    fwrite(&length, sizeof length, 1, out);
    fwrite(header.text, 1, header.length, out);
    write_values(arena, out, graph, seed);
    return output_commit(output);
}
