/* batches.c - files of any number of images -> batches of the network's size -> collected outputs.
 *
 *   a.npy [5,3,64,64], b.png, c.jpg, a graph of batch 4   ->   runs of 4 and 3 (+ 1 of zeros)
 *
 * Images of all files form one sequence, so that small files fill batches together. Images of a
 * batch do not influence each other, so results do not depend on how they are grouped.
 */
#include "batches.h"

#include <math.h>
#include <string.h>

#include "channel_order.h"
#include "labelled.h"
#include "npy.h"
#include "output.h"
#include "picture.h"
#include "seed.h"

static int64_t image_elements(const Shape *shape) {
    return shape_elements(shape) / shape->dim[0];
}

/* Whether an array's shape is the wanted one but for the number of images. */
static bool fits(const Shape *shape, const Shape *wanted) {
    if (shape->rank != 4) {
        return false;
    }
    for (int i = 1; i < 4; i++) {
        if (shape->dim[i] != wanted->dim[i]) {
            return false;
        }
    }
    return true;
}

/* Whether an array is in NHWC where NCHW is expected, and of a shape that leaves no doubt. */
static bool is_turned(const Graph *graph, const Shape *shape) {
    Shape turned = shape_last(&graph->input->shape);
    return !graph->channels_last && fits(shape, &turned) && !fits(shape, &graph->input->shape);
}

/* A hint for the usual mistakes: another size, the other order of channels, one image without a
 * batch dimension. NULL for other shapes. */
static const char *shape_hint(Arena *arena, const Graph *graph, const Shape *shape) {
    int64_t channels = graph->input->shape.dim[1];
    int own = graph->channels_last ? 3 : 1, other = 4 - own, rows = graph->channels_last ? 1 : 2;
    if (shape->rank == 4 && shape->dim[own] == channels) {
        return arena_printf(arena, "--size=%lldx%lld compiles for this size",
                            (long long)shape->dim[rows], (long long)shape->dim[rows + 1]);
    }
    if (shape->rank == 4 && shape->dim[other] == channels) {
        return graph->channels_last
                   ? "channels stand behind columns: x.transpose(0, 2, 3, 1) in numpy"
                   : "channels stand before rows: x.transpose(0, 3, 1, 2) in numpy";
    }
    if (shape->rank == 3 && shape->dim[own - 1] == channels) {
        return "the first dimension counts images: x[None] in numpy";
    }
    return NULL;
}

static bool complain_shape(const Work *work, const Graph *graph, const char *path,
                           const Shape *shape) {
    const char *found = "";
    for (int i = 0; i < shape->rank; i++) {
        found =
            arena_printf(work->arena, "%s%s%lld", found, i ? "," : "", (long long)shape->dim[i]);
    }
    Shape wanted = callers_shape(graph, &graph->input->shape);
    return diag_in(work->diag, DIAG_SHAPE, path, NULL, shape_hint(work->arena, graph, shape),
                   "has shape [%s], the network takes [N,%lld,%lld,%lld]", found,
                   (long long)wanted.dim[1], (long long)wanted.dim[2], (long long)wanted.dim[3]);
}

static bool array_fits(const Work *work, const Graph *graph, const char *path, const Shape *shape) {
    Shape wanted = callers_shape(graph, &graph->input->shape);
    return fits(shape, &wanted) || is_turned(graph, shape) ||
           complain_shape(work, graph, path, shape);
}

/* From the NHWC of a file to the NCHW that the graph's caller has. */
static void turn_array(const Work *work, const Graph *graph, InputFile *file) {
    Shape shape = graph->input->shape;
    shape.dim[0] = file->images;
    float *turned = NEW_ARRAY(work->arena, float, shape_elements(&shape));
    channels_to_first(file->values, &shape, turned);
    file->values = turned;
    diag_note(work->diag, "%s is [N,H,W,C] by its shape, and taken as such (--layout=nhwc says so)",
              file->path);
}

/* Looks at the shape once more with the values, as the file may be another by then. */
static bool read_array(const Work *work, const Graph *graph, InputFile *file) {
    Shape shape;
    if (!npy_shape(work->arena, work->diag, file->path, &shape) ||
        !array_fits(work, graph, file->path, &shape)) {
        return false;
    }
    file->values = npy_read(work->arena, work->diag, file->path, &shape);
    if (!file->values || !array_fits(work, graph, file->path, &shape)) {
        return false;
    }
    file->images = shape.dim[0];
    if (is_turned(graph, &shape)) {
        turn_array(work, graph, file);
    }
    return true;
}

/* Only names are looked at here: a picture is read when its batch is run. */
static bool accept_picture(const Work *work, const Graph *graph, InputFile *file) {
    int64_t channels = graph->input->shape.dim[1];
    file->images = 1;
    return channels == 1 || channels == 3 ||
           diag_in(work->diag, DIAG_SHAPE, file->path, NULL, "give it arrays (.npy)",
                   "is no .npy file and a picture has 3 channels or 1; the network takes %lld",
                   (long long)channels);
}

/* All files are looked at even after a wrong one, so that one run shows all mistakes. */
Batches *batches_read(const Work *work, const Graph *graph, const char *const paths[], int count) {
    Batches *batches = NEW(work->arena, Batches);
    batches->graph = graph;
    batches->files = NEW_ARRAY(work->arena, InputFile, count);
    batches->n_files = count;
    bool good = true;
    for (int i = 0; i < count; i++) {
        InputFile *file = &batches->files[i];
        file->path = paths[i];
        good = (is_npy(paths[i]) ? read_array(work, graph, file)
                                 : accept_picture(work, graph, file)) &&
               good;
        batches->images += file->images;
    }
    return good ? batches : NULL;
}

/* A growing list of paths. */
typedef struct PathList {
    const char **at;
    int count;
} PathList;

static void add_path(Arena *arena, PathList *list, const char *path) {
    list->at = arena_room(arena, list->at, list->count, sizeof *list->at);
    list->at[list->count++] = path;
}

static bool add_paths(const Work *work, PathList *list, const char *path) {
    if (is_npy(path)) {
        add_path(work->arena, list, path);
        return true;
    }
    const LabelledSet *set = pictures_below(work->arena, work->diag, path);
    for (int64_t i = 0; set && i < set->count; i++) {
        add_path(work->arena, list, set->at[i].path);
    }
    return set;
}

/* Whether an array has numbers alone: one of another kind would be in all sums. */
static bool array_is_finite(const Work *work, const Batches *batches, const InputFile *file) {
    int64_t size = image_elements(&batches->graph->input->shape);
    for (int64_t i = 0; file->values && i < file->images * size; i++) {
        if (!isfinite(file->values[i])) {
            return diag_in(work->diag, DIAG_VALUE, file->path, NULL,
                           "images are measured by their values: leave this one out",
                           "image %lld of %lld (from 0) has a value that is not finite",
                           (long long)(i / size), (long long)file->images);
        }
    }
    return true;
}

static bool arrays_are_finite(const Work *work, const Batches *batches) {
    bool good = true;
    for (int i = 0; i < batches->n_files; i++) {
        good = array_is_finite(work, batches, &batches->files[i]) && good;
    }
    return good;
}

Batches *batches_find(const Work *work, const Graph *graph, const char *const paths[], int count) {
    PathList list = {NULL, 0};
    for (int i = 0; i < count; i++) {
        if (!add_paths(work, &list, paths[i])) {
            return NULL;
        }
    }
    Batches *batches = batches_read(work, graph, list.at, list.count);
    if (batches && batches->images == 0) {
        diag_in(work->diag, DIAG_FILE, paths[0], NULL, NULL, "has no images");
        return NULL;
    }
    return batches && arrays_are_finite(work, batches) ? batches : NULL;
}

/* An array is what is left of a picture behind its box, so it would be of no use. */
bool batches_cut(const Work *work, Batches *batches, const BoxRequest *request) {
    for (int i = 0; request->given && i < batches->n_files; i++) {
        const InputFile *file = &batches->files[i];
        if (file->values) {
            return diag_in(work->diag, DIAG_FILE, file->path, NULL,
                           "give arrays without --box, pictures with it",
                           "is an array, and --box is the part of a picture");
        }
    }
    return boxes_open(work->arena, work->diag, request, &batches->boxes);
}

/* Decodes and preprocesses a picture to one image of the input, in a child arena: the picture and
 * the libraries' memory are freed at once. */
static void decode_file(const Work *work, Batches *batches, InputFile *file, float *to) {
    Arena *arena = arena_child(work->arena);
    xnc_preprocess how = picture_preprocess(batches->graph);
    int channels = (int)batches->graph->input->shape.dim[1];
    file->unreadable =
        !picture_load(arena, work->diag, file->path, &how, batches->boxes, channels, to);
    batches->unreadable += file->unreadable;
    arena_destroy(arena);
}

/* Writes the images first .. first + count - 1 of the sequence. */
static void gather(const Work *work, Batches *batches, int64_t first, int64_t count, float *to) {
    int64_t size = image_elements(&batches->graph->input->shape);
    for (int i = 0; i < batches->n_files; i++) {
        InputFile *file = &batches->files[i];
        while (count > 0 && first < file->images) {
            if (file->values) {
                memcpy(to, file->values + first * size, (size_t)size * sizeof *to);
            } else {
                decode_file(work, batches, file, to);
            }
            to += size;
            first++;
            count--;
        }
        first -= file->images;
    }
}

bool batches_image(const Work *work, Batches *batches, int64_t index, float *to) {
    int64_t unreadable = batches->unreadable;
    gather(work, batches, index, 1, to);
    return batches->unreadable == unreadable;
}

bool batches_fill(const Work *work, Batches *batches, float *input) {
    const Shape *shape = &batches->graph->input->shape;
    if (batches->images > shape->dim[0]) {
        return diag_in(work->diag, DIAG_SHAPE, batches->files[0].path, NULL,
                       "--batch sets the images of a run", "has %lld images, a run takes %lld",
                       (long long)batches->images, (long long)shape->dim[0]);
    }
    memset(input, 0, (size_t)shape_elements(shape) * sizeof *input);
    gather(work, batches, 0, batches->images, input);
    return batches->unreadable == 0;
}

static void create_outputs(Arena *arena, Batches *batches) {
    const Graph *graph = batches->graph;
    batches->n_outputs = graph->n_outputs;
    batches->outputs = NEW_ARRAY(arena, float *, graph->n_outputs);
    batches->shapes = NEW_ARRAY(arena, Shape, graph->n_outputs);
    for (int i = 0; i < graph->n_outputs; i++) {
        Shape *shape = &batches->shapes[i];
        *shape = graph->outputs[i]->shape;
        shape->dim[0] = batches->images;
        batches->outputs[i] = NEW_ARRAY(arena, float, shape_elements(shape));
    }
}

/* Room for one batch of each output. */
static float **batch_outputs(Arena *arena, const Graph *graph) {
    float **outputs = NEW_ARRAY(arena, float *, graph->n_outputs);
    for (int i = 0; i < graph->n_outputs; i++) {
        outputs[i] = NEW_ARRAY(arena, float, shape_elements(&graph->outputs[i]->shape));
    }
    return outputs;
}

/* Copies the first count images of each output behind those of earlier batches. */
static void keep_outputs(Batches *batches, float *const outputs[], int64_t first, int64_t count) {
    for (int i = 0; i < batches->n_outputs; i++) {
        int64_t size = image_elements(&batches->shapes[i]);
        memcpy(batches->outputs[i] + first * size, outputs[i], (size_t)(count * size) * 4);
    }
}

/* The input is cleared for each batch: slots behind the last image, and those of pictures that
 * cannot be read, are zeros. */
bool batches_run(const Work *work, Batches *batches, BatchFunction *compute, void *context) {
    const Shape *shape = &batches->graph->input->shape;
    int64_t batch = shape->dim[0], elements = shape_elements(shape);
    float *input = NEW_ARRAY(work->arena, float, elements);
    float **outputs = batch_outputs(work->arena, batches->graph);
    create_outputs(work->arena, batches);
    progress_step(work->progress, "running the network on %lld images", (long long)batches->images);
    for (int64_t first = 0; first < batches->images; first += batch) {
        int64_t rest = batches->images - first, count = rest < batch ? rest : batch;
        memset(input, 0, (size_t)elements * sizeof *input);
        gather(work, batches, first, count, input);
        if (!compute(context, input, outputs)) {
            return false;
        }
        keep_outputs(batches, outputs, first, count);
        progress_count(work->progress, first + count, batches->images);
    }
    progress_hide(work->progress);
    return true;
}

/* "features.npy" and 2 -> "features.2.npy". A dot that begins a name, or is in a folder's name, is
 * not an ending: the number is appended. */
const char *batches_numbered(Arena *arena, const char *path, int index) {
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    size_t stem =
        dot && (!slash || dot > slash + 1) && dot > path ? (size_t)(dot - path) : strlen(path);
    return arena_printf(arena, "%.*s.%d%s", (int)stem, path, index, path + stem);
}

/* The path of output number index of a graph. */
static const char *output_path(Arena *arena, const Graph *graph, const char *path, int index) {
    return graph->n_outputs > 1 ? batches_numbered(arena, path, index) : path;
}

bool batches_can_write(const Work *work, const Graph *graph, const char *path) {
    for (int i = 0; i < graph->n_outputs; i++) {
        if (!output_possible(work->arena, work->diag, output_path(work->arena, graph, path, i))) {
            return false;
        }
    }
    return true;
}

bool batches_write(const Work *work, const Batches *batches, const char *path) {
    Output **files = NEW_ARRAY(work->arena, Output *, batches->n_outputs);
    for (int i = 0; i < batches->n_outputs; i++) {
        files[i] =
            output_open(work->arena, work->diag, output_path(work->arena, batches->graph, path, i));
        if (!files[i]) {
            return false;
        }
        Shape written = callers_shape(batches->graph, &batches->shapes[i]);
        npy_write(output_stream(files[i]), batches->outputs[i], &written);
    }
    return outputs_commit(files, batches->n_outputs);
}

const float *batches_seeded_input(Arena *arena, const Shape *shape) {
    int64_t count = shape_elements(shape);
    Shape flat = {1, {count}};
    float *input = NEW_ARRAY(arena, float, count);
    seed_tensor(input, "input.bias", &flat, SEED_DEFAULT); /* biases stay within 1/4 of zero */
    for (int64_t i = 0; i < count; i++) {
        input[i] *= 4.0f;
    }
    return input;
}
