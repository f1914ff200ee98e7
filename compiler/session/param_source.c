/* param_source.c - a model and its graph -> a reader of the parameters' values.
 *
 *   param("conv1.weight") of an expression   ->   doubles, from w.pth or from the generator
 *
 * When a checkpoint does not fit, the networks that the tool knows are tried on it: weights of the
 * wrong network are the usual mistake, and their name is the best hint.
 */
#include "param_source.h"

#include <string.h>

#include "model_graph.h"
#include "quant_plan.h"
#include "used_params.h"

/* Whether the file holds the weights of a network that the tool knows, as described. */
static bool fits(const Work *work, const Model *other, const char *name) {
    ModelRequest request = {.name = name,
                            .weights = other->weights,
                            .tensors = other->file,
                            .reading = other->reading,
                            .asked = model_options()};
    Model model;
    const Graph *graph = model_open(work, &request, &model) ? model_graph(work, &model) : NULL;
    return graph && checkpoint_open(work->arena, work->diag, model.tensors, &model.reading, graph,
                                    param_used, used_params(work->arena, graph));
}

/* The same, without a word about what does not fit. */
static bool fits_quietly(const Work *work, const Model *other, const char *name) {
    Work part = work_silent_part(work);
    bool good = fits(&part, other, name);
    arena_destroy(part.arena);
    return good;
}

/* Behind a list of tensors that do not fit: the network that they do fit. Each costs as much as the
 * one that was asked for, and none has a checkpoint of so many tensors. */
static void name_other_network(const Work *work, const Model *model) {
    bool tried = model->tensors->count <= LIMIT_HINTED_TENSORS;
    for (size_t i = 0; tried && i < description_count(); i++) {
        const char *name = description_name(i);
        if (strcmp(name, model->description->name) != 0 && fits_quietly(work, model, name)) {
            diag_note(work->diag, "%s holds the weights of %s: give that as MODEL", model->weights,
                      name);
            return;
        }
    }
}

ParamSource *param_source_open(const Work *work, const Model *model, const Graph *graph) {
    ParamSource *source = NEW(work->arena, ParamSource);
    source->path = model->weights ? model->weights : "seeded values";
    source->arena = work->arena;
    source->quant = model->quant;
    if (!model->weights) {
        source->seeds = (SeedReader){.arena = work->arena, .graph = graph, .seed = model->seed};
        return source;
    }
    source->checkpoint = checkpoint_open(work->arena, work->diag, model->tensors, &model->reading,
                                         graph, param_used, used_params(work->arena, graph));
    if (!source->checkpoint) {
        name_other_network(work, model);
    }
    return source->checkpoint ? source : NULL;
}

/* Numbers of the file of --quant. */
static const double *read_quant(ParamSource *source, const char *name, int64_t count) {
    source->numbers = source->numbers ? source->numbers : arena_child(source->arena);
    return quant_numbers(source->numbers, source->quant, name, count);
}

const double *param_source_read(void *context, const char *name, int64_t count) {
    ParamSource *source = context;
    const double *planned = source->quant ? read_quant(source, name, count) : NULL;
    if (planned) {
        return planned;
    }
    return source->checkpoint ? checkpoint_read(source->checkpoint, name, count)
                              : seed_read(&source->seeds, name, count);
}

void param_source_forget(void *context) {
    ParamSource *source = context;
    if (source->numbers) {
        arena_destroy(source->numbers);
        source->numbers = NULL;
    }
    if (source->checkpoint) {
        checkpoint_forget(source->checkpoint);
    } else {
        seed_forget(&source->seeds);
    }
}
