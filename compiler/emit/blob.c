/* blob.c - constants of a module -> the file NAME.weights: header, then the content.
 *
 *   constant "stem" weight at 64 bytes 3456 = pack_panels(scale_out(...))   ->   864 floats at 64
 *
 * Each constant is evaluated in an arena of its own, so that the memory in use is that of the
 * largest one. The content goes out in order of its offsets while its digest is taken. The header
 * carries that digest, so it is written twice: first to take its place, at the end with the digest.
 * A file that was cut short has neither its size nor its digest, and the runtime refuses it.
 */
#include "blob.h"

#include <math.h>
#include <string.h>
#include <xxhash.h>

#include "blob_half.h"
#include "digest.h"
#include "operands.h"
#include "xnc_model.h"

typedef struct BlobWriter {
    Arena *arena;
    Diag *diag;
    FILE *out;
    const char *path;
    const BlobSource *source;
    XXH64_state_t *digest; /* of the content so far */
    Arena *scratch;        /* of the constant in work */
    int64_t at;            /* bytes of the content so far */
} BlobWriter;

/* Deferred to the arena, which is left by a jump when memory runs out: only XXH64's state is
 * memory outside of it. */
static void free_writer(void *what) {
    BlobWriter *writer = what;
    XXH64_freeState(writer->digest);
}

static void put_bytes(BlobWriter *writer, const void *data, size_t bytes) {
    fwrite(data, 1, bytes, writer->out);
    XXH64_update(writer->digest, data, bytes);
    writer->at += (int64_t)bytes;
}

/* The gap between two constants is less than 64 bytes; the content's end is aligned likewise. */
static void put_zeros_up_to(BlobWriter *writer, int64_t end) {
    static const unsigned char zeros[64];
    while (writer->at < end) {
        int64_t rest = end - writer->at;
        put_bytes(writer, zeros, rest < 64 ? (size_t)rest : sizeof zeros);
    }
}

/* Folding a tiny variance can overflow even though every tensor of the file is finite. */
static bool check_finite(const BlobWriter *writer, const Constant *constant, const void *values) {
    Element element = constant->expr->element;
    int64_t count = shape_elements(&constant->expr->shape);
    for (int64_t i = 0; i < count; i++) {
        double number = element_get(element, values, i);
        if (element == ELEMENT_f16 && isinf(number)) {
            return tell_beyond_f16(writer->scratch, writer->diag, writer->path, writer->source,
                                   constant->node, constant->expr);
        }
        if (!isfinite(number)) {
            return diag_in(writer->diag, DIAG_VALUE, writer->path,
                           expr_tensors(writer->scratch, constant->expr),
                           "is a variance next to 0? the training diverged, or the file is damaged",
                           "element %lld is not a finite %s once they are folded", (long long)i,
                           element_info(element)->name);
        }
    }
    return true;
}

enum { MOST_SUM = 128 };

/* The file of --quant was compared with the checkpoint, but not with seeded values. */
static bool tell_large_sum(const BlobWriter *writer, const Constant *constant, int64_t together,
                           int sum) {
    const char *hint = writer->source->seeded
                           ? "give the --weights that the file of --quant was made with"
                           : "the file of --quant is of these weights, so its lines were edited, "
                             "or imported from an ONNX file of other weights: calibrate anew";
    return diag_in(writer->diag, DIAG_VALUE, writer->path, constant->node, hint,
                   "%s weights of one sign sum to %d, which is too much for 'pairs %s'",
                   together > 2 ? "four" : "two neighbouring", sum,
                   together > 2 ? "fours" : "restricted");
}

/* The sum of the weights of one sign, the positive or the negative ones, which is farther from 0,
 * of those that are restricted together with number k. */
static int farthest_sum(const int8_t *values, const PackedColumn *column, int64_t k, int64_t depth,
                        int64_t together) {
    int above = 0, below = 0;
    int64_t group[4];
    weights_group(k, group);
    for (int64_t i = 0; i < together; i++) {
        int value = group[i] < depth ? values[packed_at(column, group[i])] : 0;
        above += value > 0 ? value : 0;
        below += value < 0 ? value : 0;
    }
    return above > -below ? above : below;
}

/* Kernels rely on weights that are planned to be small together: the sums of their products with u8
 * have to fit 16 bits. */
static bool check_sums(const BlobWriter *writer, const Constant *constant, const int8_t *values) {
    const Expr *expr = constant->expr;
    int64_t together = weights_together(expr);
    int64_t outputs = together ? expr->arg[0]->shape.dim[0] : 0, depth = expr->shape.dim[1];
    for (int64_t o = 0; o < outputs; o++) {
        PackedColumn column = packed_column(expr, o);
        for (int64_t k = 0; k < depth; k += 2) {
            int sum = farthest_sum(values, &column, k, depth, together);
            if (sum > MOST_SUM || sum < -MOST_SUM) {
                return tell_large_sum(writer, constant, together, sum);
            }
        }
    }
    return true;
}

/* Offsets rise from constant to constant (invariant 6 of kernel.h), so the stream never goes back.
 */
static bool put_constant(BlobWriter *writer, const Constant *constant) {
    const BlobSource *source = writer->source;
    const void *values = expr_eval(writer->scratch, constant->expr, source->read, source->context);
    if (!values || !check_finite(writer, constant, values) ||
        !check_sums(writer, constant, values)) {
        return false;
    }
    int64_t bytes = shape_elements(&constant->expr->shape) * element_bytes(constant->expr->element);
    if (constant->offset < writer->at || bytes > constant->bytes) {
        internal_error("blob_write", "constant %s does not fit its place",
                       constant_name(writer->scratch, constant));
    }
    put_zeros_up_to(writer, constant->offset);
    put_bytes(writer, values, (size_t)bytes);
    if (source->forget) {
        source->forget(source->context);
    }
    return true;
}

/* In a child arena that is gone afterwards: one constant's f64 and f32 copies at a time. */
static bool put_constant_alone(BlobWriter *writer, const Constant *constant) {
    writer->scratch = arena_child(writer->arena);
    bool good = put_constant(writer, constant);
    arena_destroy(writer->scratch);
    return good;
}

static bool put_content(BlobWriter *writer, const Module *module) {
    for (int i = 0; i < module->n_constants; i++) {
        if (!put_constant_alone(writer, &module->constants[i])) {
            return false;
        }
        progress_count(writer->source->progress, i + 1, module->n_constants);
    }
    put_zeros_up_to(writer, module->weights_bytes);
    return true;
}

size_t blob_bytes(const Module *module) {
    return (size_t)module->weights_bytes + sizeof(xnc_blob_header);
}

static BlobWriter *new_writer(Arena *arena) {
    BlobWriter *writer = NEW(arena, BlobWriter);
    writer->arena = arena;
    arena_defer(arena, free_writer, writer);
    writer->digest = XXH64_createState();
    if (!writer->digest) {
        arena_fail(arena);
    }
    XXH64_reset(writer->digest, 0);
    return writer;
}

/* For people who find the file later. */
static uint32_t channels_of_port(const Port *port) {
    return (uint32_t)port->shape.dim[1];
}

bool blob_write(Arena *arena, Diag *diag, FILE *out, const Module *module, const char *path,
                const BlobSource *source, uint64_t *content_digest) {
    BlobWriter *writer = new_writer(arena);
    writer->diag = diag;
    writer->out = out;
    writer->path = path;
    writer->source = source;
    xnc_blob_header header = {.magic = {'X', 'N', 'C', 'B', 'L', 'O', 'B', '\n'},
                              .version = XNC_BLOB_VERSION,
                              .byte_order = XNC_BYTE_ORDER,
                              .bytes = blob_bytes(module),
                              .model_digest = module_digest(module),
                              .packing_digest = module_packing(module),
                              .in_channels = channels_of_port(&module->input),
                              .out_channels = channels_of_port(&module->outputs[0])};
    if (module->precision != PRECISION_f32) {
        memcpy(header.precision, precision_name(module->precision), sizeof header.precision);
    }
    if (module->weights_type != ELEMENT_f32) {
        const char *name = element_info(module->weights_type)->name;
        memcpy(header.weights_type, name, strlen(name));
    }
    fwrite(&header, sizeof header, 1, out);
    if (!put_content(writer, module)) {
        return false;
    }
    header.content_digest = XXH64_digest(writer->digest);
    if (content_digest) {
        *content_digest = header.content_digest;
    }
    /* A stream that cannot seek would end up without its digest, which the reader notices. */
    if (fseek(out, 0, SEEK_SET) == 0) {
        fwrite(&header, sizeof header, 1, out);
    }
    return true;
}
