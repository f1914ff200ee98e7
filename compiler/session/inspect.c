/* inspect.c - a file of weights -> the network that it is of, and how well that fits.
 *
 *   276 tensors under "model."   ->   xception41, all of its 276; 37 classes; decoder left out
 *   digests of a blob            ->   xception41, packed for x86-64-v3
 *
 * All networks that the tool knows are tried quietly: a comparison of names costs milliseconds. The
 * nearest is then opened as compiling would, for the record of what was taken and left, or for the
 * messages about what differs.
 */
#include "inspect.h"

#include <string.h>

#include "digest.h"
#include "model_graph.h"
#include "operands.h"
#include "text_stream.h"
#include "unit.h"
#include "used_params.h"

/* Work whose diagnostics are collected; the arena is the whole work's, as results stay. */
static Work quiet(const Work *work, TextStream **told) {
    Work part = *work;
    *told = text_stream_open(work->arena);
    part.diag = diag_create(work->arena, text_stream_file(*told));
    part.progress = NULL;
    return part;
}

/* The graph that fits the file best: with its channels and classes, or else as described. */
static const Graph *graph_for(const Work *work, const Model *model) {
    TextStream *told;
    Work part = quiet(work, &told);
    const Graph *graph = model_graph(&part, model);
    if (!graph) {
        graph = description_build(work->arena, part.diag, model->description, &model->asked);
    }
    text_stream_close(told, NULL);
    return graph;
}

static bool open_model(const Work *work, TensorFile *tensors, const char *name, bool headless,
                       Model *model) {
    ModelRequest request = {
        .name = name, .weights = tensors->path, .tensors = tensors, .asked = model_options()};
    if (headless) {
        request.asked.classes = 0;
    }
    return model_open(work, &request, model);
}

/* How much of a network is there; nothing where it cannot be built. */
static CheckpointFit fit_of(const Work *work, TensorFile *tensors, const char *name) {
    TextStream *told;
    Work part = quiet(work, &told);
    Model model;
    CheckpointFit fit = {"", 0, 0};
    const Graph *graph =
        open_model(&part, tensors, name, false, &model) ? graph_for(&part, &model) : NULL;
    if (graph) {
        fit = checkpoint_fit(work->arena, part.diag, model.tensors, &model.reading, graph);
    }
    text_stream_close(told, NULL);
    return fit;
}

static int64_t linear_classes(const Graph *graph) {
    return ranks_classes(graph) ? graph->outputs[0]->shape.dim[1] : 0;
}

/* Opens the file as compiling would. Sets all but name, fit and headless; true when it fits. */
static bool open_as(const Work *work, TensorFile *tensors, bool headless, VariantFit *found) {
    TextStream *told;
    Work part = quiet(work, &told);
    Model model;
    const Graph *graph = open_model(&part, tensors, found->name, headless, &model)
                             ? model_graph(&part, &model)
                             : NULL;
    const Checkpoint *checkpoint = NULL;
    if (graph) {
        checkpoint = checkpoint_open(work->arena, part.diag, model.tensors, &model.reading, graph,
                                     param_used, used_params(work->arena, graph));
        found->inputs = graph->input->shape.dim[1];
        found->classes = linear_classes(graph);
    }
    found->told = text_stream_close(told, NULL);
    found->record = checkpoint ? checkpoint_record(checkpoint) : NULL;
    found->fits = checkpoint != NULL;
    return found->fits;
}

/* Whether the first fit is the nearer one: a larger part of its network, or as large a part of a
 * larger network. */
static bool is_nearer(const CheckpointFit *one, const CheckpointFit *other) {
    int64_t first = (int64_t)one->found * (other->needed > 0 ? other->needed : 1);
    int64_t second = (int64_t)other->found * (one->needed > 0 ? one->needed : 1);
    return first != second ? first > second : one->found > other->found;
}

VariantFit inspect_checkpoint(const Work *work, TensorFile *tensors, const char *model) {
    VariantFit found = {.name = model};
    if (model) {
        found.fit = fit_of(work, tensors, model);
    }
    for (size_t i = 0; !model && i < description_count(); i++) {
        CheckpointFit fit = fit_of(work, tensors, description_name(i));
        if (!found.name || is_nearer(&fit, &found.fit)) {
            found.name = description_name(i);
            found.fit = fit;
        }
    }
    VariantFit headless = found;
    if (!open_as(work, tensors, false, &found) && open_as(work, tensors, true, &headless)) {
        headless.headless = true;
        return headless;
    }
    return found;
}

/* What is compiled for comparison with a blob. */
typedef struct Candidate {
    const BlobFacts *facts;
    const char *name; /* of the network */
    int together;     /* of int8 */
    MapsKept maps;    /* likewise */
    Graph *graph;     /* while it is planned */
} Candidate;

static void plan_integers(Node *node, void *context) {
    const Candidate *candidate = context;
    node->int8 = can_be_quantized(candidate->graph, node);
    node->together = node->int8 ? candidate->together : 0;
}

/* The network with the blob's channels and precision; in int8 with every product planned that can
 * be, as xnc calibrate plans it, for which no numbers are needed. */
static Graph *graph_of(const Work *work, Candidate *candidate) {
    const BlobFacts *facts = candidate->facts;
    ModelRequest request = {.name = candidate->name, .asked = model_options()};
    Model model;
    bool int8 = facts->precision == PRECISION_int8;
    request.asked.in_chans = facts->inputs;
    request.asked.classes = facts->outputs;
    request.asked.precision = int8 ? PRECISION_f32 : facts->precision;
    request.asked.weights_type = facts->weights_type;
    candidate->graph = model_open(work, &request, &model) ? model_graph(work, &model) : NULL;
    if (candidate->graph && int8) {
        candidate->graph->precision = PRECISION_int8;
        graph_each(candidate->graph, plan_integers, candidate);
        if (!quant_plan_maps(work, target_at(0), candidate->graph, candidate->maps)) {
            return NULL;
        }
    }
    return candidate->graph;
}

/* The digest of a network, compiled for a target; *packing likewise. */
static uint64_t digest_of(const Work *work, Candidate *candidate, const Target *target,
                          uint64_t *packing) {
    TextStream *told;
    Work part = quiet(work, &told);
    PassOptions passes = {.dump_after = NULL};
    Unit unit = {.arena = work->arena, .diag = part.diag, .target = target};
    unit.graph = graph_of(&part, candidate);
    bool good = unit.graph && unit_run(&part, &unit, &passes);
    text_stream_close(told, NULL);
    *packing = good ? module_packing(unit.module) : 0;
    return good ? module_digest(unit.module) : 0;
}

BlobOrigin inspect_blob(const Work *work, const BlobFacts *facts) {
    BlobOrigin origin = {NULL, NULL, 0, MAPS_NONE};
    static const int together[] = {2, 0, 4};
    enum { RESTRICTIONS = sizeof together / sizeof *together };
    size_t plans = facts->precision == PRECISION_int8 ? (size_t)RESTRICTIONS * MAPS_KEPT : 1;
    uint64_t packing;
    for (size_t i = 0; i < plans * description_count() && !origin.name; i++) {
        Candidate candidate = {facts, description_name(i / plans), together[i % RESTRICTIONS],
                               (MapsKept)(i % plans / RESTRICTIONS), NULL};
        if (digest_of(work, &candidate, target_at(0), &packing) == facts->model) {
            origin.name = candidate.name;
            origin.together = candidate.together;
            origin.maps = candidate.maps;
        }
    }
    for (size_t i = 0; origin.name && i < target_count() && !origin.target; i++) {
        Candidate candidate = {facts, origin.name, origin.together, origin.maps, NULL};
        digest_of(work, &candidate, target_at(i), &packing);
        origin.target = packing == facts->packing ? target_at(i)->name : NULL;
    }
    return origin;
}
