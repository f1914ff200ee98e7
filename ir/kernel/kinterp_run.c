/* kinterp_run.c - runs a module layer by layer in an arena, as the runtime runs the compiled one.
 *
 *   layer "conv1" kernel $stem in input out arena 0   ->   $stem with in, out, w0, ... bound
 *
 * Each pointer that a kernel gets is bounded by the value, constant or scratch it stands for. So an
 * access out of bounds is found even where it would hit other valid memory of the arena. Tasks run
 * one after the other: the result of a task must not depend on another task of the same layer.
 */
#include <stdlib.h>
#include <string.h>

#include "kinterp.h"
#include "target.h"

static int64_t layer_out_bytes(const Layer *layer) {
    return layer->out_pixels * layer->out_pitch * element_bytes(layer->out_element);
}

static int64_t port_bytes(const Port *port) {
    return shape_elements(&port->shape) * element_bytes(ELEMENT_f32);
}

/* What the layers of one run share. */
typedef struct Run {
    KMachine machine;
    const Module *module;
    const KBuffers *buffers;
    int64_t arena_bytes; /* for the number of tasks */
} Run;

static KRegion *region_new(Run *run, const char *what, const void *at, int64_t bytes,
                           bool writable) {
    KRegion *region = NEW(run->machine.arena, KRegion);
    *region = (KRegion){what, (unsigned char *)(uintptr_t)at, bytes, writable};
    return region;
}

/* What a layer reads: the arena from its place to the end, the caller's input or an output. The
 * input is never written: its region says so. */
static KRegion *read_region(Run *run, const char *what, const Place *place) {
    switch (place->space) {
    case SPACE_ARENA:
        return region_new(run, what, run->buffers->arena + place->at, run->arena_bytes - place->at,
                          false);
    case SPACE_INPUT:
        return region_new(run, "the input", run->buffers->input, port_bytes(&run->module->input),
                          false);
    case SPACE_OUTPUT:
        return region_new(run, what, run->buffers->outputs[place->at],
                          port_bytes(&run->module->outputs[place->at]), false);
    default:
        return region_new(run, what, NULL, 0, false);
    }
}

/* What a layer writes: its own result and nothing after it in the arena. */
static KRegion *out_region(Run *run, const Layer *layer) {
    KRegion *region = read_region(run, "out", &layer->out);
    if (layer->out.space == SPACE_ARENA && layer_out_bytes(layer) > 0) {
        region->bytes = layer_out_bytes(layer);
    }
    region->what = "out";
    region->writable = true;
    return region;
}

/* The constant that begins at this offset of the blob. With all, and where no constant begins
 * there, everything up to the end of the blob: the kernel of a region reads the constants of all
 * its nodes through the pointer to the first. A negative offset is a slot without a constant. */
static KRegion *weight_region(Run *run, int64_t offset, bool all) {
    int64_t bytes = run->module->weights_bytes - offset;
    for (int i = 0; i < run->module->n_constants && !all; i++) {
        if (run->module->constants[i].offset == offset) {
            bytes = run->module->constants[i].bytes;
        }
    }
    if (offset < 0) {
        return region_new(run, "weights", NULL, 0, false);
    }
    return region_new(run, "weights", run->buffers->weights + offset, bytes, false);
}

static void bind_pointer(KMachine *machine, const char *name, const KRegion *region) {
    Reg reg = {.name = name};
    kmachine_define(machine, &reg, KVARIABLE_PTR)->pointer = (KPointer){region, 0, 0, ELEMENT_f32};
}

static void bind_int(KMachine *machine, const char *name, int64_t number) {
    Reg reg = {.name = name};
    kmachine_define(machine, &reg, KVARIABLE_INT)->number = number;
}

/* Sets what each pointer among the parameters of the layer's kernel may reach. */
static void list_regions(Run *run, const Layer *layer, const KRegion *regions[KPARAM_COUNT]) {
    bool all = (op_info(layer->op)->flags & BODY) != 0;
    int64_t scratch = layer->scratch_offset + run->machine.task * layer->scratch_bytes;
    regions[KPARAM_in] = read_region(run, "in", &layer->in);
    regions[KPARAM_residual] = read_region(run, "residual", &layer->residual);
    regions[KPARAM_out] = out_region(run, layer);
    for (int i = 0; i < SLOT_COUNT; i++) {
        int64_t offset = i < layer->n_weights ? layer->weights[i] : -1;
        regions[KPARAM_w0 + i] = weight_region(run, offset, all);
    }
    regions[KPARAM_scratch] =
        region_new(run, "scratch", run->buffers->arena + scratch, layer->scratch_bytes, true);
}

static void run_task(Run *run, const Layer *layer, const Function *kernel) {
    KMachine *machine = &run->machine;
    const KRegion *regions[KPARAM_COUNT] = {NULL};
    const int64_t numbers[KPARAM_COUNT] = {
        [KPARAM_task] = machine->task, [KPARAM_tasks] = machine->tasks};
    list_regions(run, layer, regions);
    kmachine_leave(machine, machine->globals);
    machine->frame = machine->globals;
    for (int i = 0; i < KPARAM_COUNT; i++) {
        if (kernel_params[i].kind == PARAM_INT) {
            bind_int(machine, kernel_params[i].name, numbers[i]);
        } else {
            bind_pointer(machine, kernel_params[i].name, regions[i]);
        }
    }
    kmachine_run(machine, &kernel->body);
}

static bool run_layer(Run *run, const Layer *layer) {
    const Function *kernel = module_function(run->module, layer->kernel);
    run->machine.layer = layer->name;
    if (!kernel) {
        kmachine_fail(&run->machine, "there is no kernel $%s", layer->kernel);
    }
    for (int task = 0; task < run->machine.tasks && !run->machine.failed; task++) {
        run->machine.task = task;
        run_task(run, layer, kernel);
    }
    return !run->machine.failed;
}

/* Before vectors have the target's lanes, a module means the same with one lane. */
static int machine_lanes(const Module *module) {
    const Target *target = target_by_name(module->target);
    return module->stage >= KSTAGE_VECTOR && target ? target->lanes : 1;
}

/* The zeros are the one variable that every function sees; they lie below all frames. */
bool interp_module(FILE *errors, const Module *module, const KBuffers *buffers, int tasks) {
    Run run = {.module = module, .buffers = buffers};
    run.arena_bytes = module_arena_bytes(module, tasks);
    run.machine = (KMachine){.errors = errors, .module = module};
    run.machine.lanes = machine_lanes(module);
    run.machine.tasks = tasks;
    Arena *arena = run.machine.arena = arena_child(module->arena);
    run.machine.by_text = map_by_name(arena);
    float *zeros = NEW_ARRAY(arena, float, module->zeros_floats);
    bind_pointer(
        &run.machine, ZEROS_NAME,
        region_new(&run, ZEROS_NAME, zeros, module->zeros_floats * (int64_t)sizeof *zeros, false));
    run.machine.globals = run.machine.count;
    bool good = true;
    for (int i = 0; good && i < module->n_layers; i++) {
        good = run_layer(&run, &module->layers[i]);
    }
    arena_destroy(arena);
    return good;
}
