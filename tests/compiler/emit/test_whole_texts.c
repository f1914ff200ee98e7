/* test_whole_texts.c - texts of the IR are whole: what comes out does not depend on whether the
 * work went through them.
 *
 * Input: every network of the tool, and a small one with each option that shapes a network; for
 * each target alone, and some in the layout of each wider one (with "layouts", a long test, all
 * small ones); large networks for one target.
 * Expectation:
 *   - the text after each pass, parsed and given to the next pass as xnc opt does, comes to the
 *     text that the pipeline has there (of one network, for each target alone, also: all passes
 *     that are left);
 *   - the module parsed from its text is emitted as the module itself, byte for byte: C, header,
 *     and the C that chooses among targets; digest and (small network) blob are the same;
 *   - the arena of a module run by one thread is as large as the planner said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "blob.h"
#include "description.h"
#include "digest.h"
#include "emit.h"
#include "registry.h"
#include "seed.h"
#include "text_stream.h"

enum { MOST_VARIANTS = 16, MOST_PASSES = 64 };

static const char large_target[] = "x86-64-v4";

/* Numbers that are 0 are as described. */
typedef struct Case {
    const char *model;
    int64_t size, batch, in_chans, output_stride;
    const char *pool;
    bool no_classes, features_only;
    int n_indices;   /* of features: 0, -1, ... */
    bool to_the_end; /* each text also through all passes that are left */
    bool in_layouts; /* also for each target in the layouts of wider ones */
} Case;

static bool all_in_layouts;

static const Case small_cases[] = {
    {.model = "xception_mini", .to_the_end = true, .in_layouts = true},
    {.model = "xception_mini", .size = 65, .batch = 3, .in_chans = 1, .pool = "catavgmax"},
    {.model = "xception_mini", .output_stride = 8, .no_classes = true},
    {.model = "xception_mini", .features_only = true},
    {.model = "xception_mini", .features_only = true, .n_indices = 2, .output_stride = 16},
    {.model = "legacy_mini", .batch = 2, .in_layouts = true},
    {.model = "tests/passes/registry/silu_mini.yaml"},
};

static const Case large_options[] = {
    {.model = "xception41", .features_only = true},
    {.model = "xception41", .batch = 2, .output_stride = 16},
};

/* What is checked of one case, for one target. */
typedef struct Whole {
    Arena *arena;
    Diag *diag;
    const Case *network;
    bool is_small;
    const Graph *described;
    const char *texts[MOST_PASSES]; /* after each pass */
    Unit unit, again;               /* the pipeline's, and the one from its last text */
} Whole;

static ModelOptions options_of(const Description *description, const Case *network) {
    ModelOptions options = description->defaults;
    options.size[0] = options.size[1] = network->size;
    options.batch = network->batch;
    options.in_chans = network->in_chans;
    options.output_stride = network->output_stride;
    options.pool = network->pool ? pool_by_name(network->pool) : options.pool;
    options.classes = network->no_classes ? 0 : options.classes;
    options.features_only = network->features_only;
    options.n_out_indices = network->n_indices;
    for (int i = 0; i < network->n_indices; i++) {
        options.out_indices[i] = -i;
    }
    return options;
}

/* The unit that a text stands for, with nothing but the text. */
static Unit parsed_unit(const Whole *whole, const char *text) {
    Unit unit = {.arena = whole->arena, .diag = whole->diag};
    Source *source = NEW(whole->arena, Source);
    *source = (Source){"text.ir", text, strlen(text)};
    bool is_module = strncmp(text, "module ", 7) == 0;
    if (is_module) {
        unit.module = parse_module(whole->arena, whole->diag, source);
    } else {
        unit.graph = parse_graph(whole->arena, whole->diag, source);
    }
    assert_true(unit.module || unit.graph);
    const char *layout = is_module ? unit.module->layout : unit.graph->layout;
    unit.target = target_by_name(is_module ? unit.module->target : unit.graph->target);
    unit.target =
        target_in_layout(whole->arena, unit.target, layout ? target_by_name(layout) : unit.target);
    return unit;
}

static void expect_text(const Whole *whole, size_t pass, const char *text) {
    if (strcmp(text, whole->texts[pass]) != 0) {
        fail_msg("%s for %s: from the text, %s comes to\n%s\nand not to\n%s", whole->network->model,
                 whole->unit.target->name, pass_at(pass)->name, text, whole->texts[pass]);
    }
}

static void run_next(Unit *unit, size_t pass) {
    PassOptions options = {.dump = stderr};
    assert_true(pass_ready(unit, pass_at(pass)));
    assert_true(run_pass(unit, pass_at(pass), &options));
}

/* Takes up the text after a pass: by the next one, or to the end. */
static void check_resuming(const Whole *whole, size_t pass, bool to_the_end) {
    Unit unit = parsed_unit(whole, whole->texts[pass]);
    size_t end = to_the_end ? pass_count() : pass + 2;
    for (size_t next = pass + 1; next < end && next < pass_count(); next++) {
        run_next(&unit, next);
        expect_text(whole, next, unit_text(&unit));
    }
}

static void run_pipeline(Whole *whole) {
    PassOptions options = {.dump = stderr};
    whole->unit.graph = graph_copy(whole->arena, whole->described);
    assert_true(pass_count() <= MOST_PASSES);
    for (size_t i = 0; i < pass_count(); i++) {
        assert_true(run_pass(&whole->unit, pass_at(i), &options));
        whole->texts[i] = unit_text(&whole->unit);
    }
    whole->again = parsed_unit(whole, whole->texts[pass_count() - 1]);
    expect_text(whole, pass_count() - 1, unit_text(&whole->again));
}

typedef void Emitter(FILE *out, const Module *module, const EmitOptions *options);

static const char *emitted(Emitter *emit, const Module *module, const EmitOptions *options) {
    TextStream *stream = text_stream_open(module->arena);
    emit(text_stream_file(stream), module, options);
    return text_stream_close(stream, NULL);
}

static void check_emission(const Module *module, const Module *again, const EmitOptions *options,
                           const EmitOptions *again_options) {
    assert_int_equal(module_digest(module), module_digest(again));
    assert_int_equal(module_packing(module), module_packing(again));
    assert_string_equal(emitted(emit_header, module, options),
                        emitted(emit_header, again, again_options));
    assert_string_equal(emitted(emit_source, module, options),
                        emitted(emit_source, again, again_options));
}

static char *blob_of(const Whole *whole, const Module *module, size_t *size) {
    SeedReader reader = {.arena = whole->arena, .graph = whole->described, .seed = SEED_DEFAULT};
    BlobSource source = {.read = seed_read, .context = &reader, .seeded = true};
    FILE *out = tmpfile();
    assert_non_null(out);
    assert_true(blob_write(whole->arena, whole->diag, out, module, "blob", &source, NULL));
    fseek(out, 0, SEEK_END);
    *size = (size_t)ftell(out);
    rewind(out);
    char *bytes = arena_alloc(whole->arena, *size);
    assert_int_equal(fread(bytes, 1, *size, out), *size);
    fclose(out);
    return bytes;
}

static void check_blob(const Whole *whole) {
    size_t size, again_size;
    char *blob = blob_of(whole, whole->unit.module, &size);
    char *again = blob_of(whole, whole->again.module, &again_size);
    assert_int_equal(size, again_size);
    assert_memory_equal(blob, again, size);
}

static void check_target(Whole *whole) {
    run_pipeline(whole);
    assert_int_equal(module_arena_bytes(whole->unit.module, 1), whole->unit.graph->arena_bytes);
    bool to_the_end = whole->network->to_the_end && !whole->unit.target->layout;
    for (size_t i = 0; i < pass_count(); i++) {
        check_resuming(whole, i, to_the_end);
    }
    if (!whole->unit.target->layout) { /* what shares a layout is emitted with the others */
        EmitOptions options = {.prefix = "net", .version = "1", .weights_object = true};
        options.digest = module_digest(whole->unit.module);
        options.packing = module_packing(whole->unit.module);
        check_emission(whole->unit.module, whole->again.module, &options, &options);
    }
    if (whole->is_small) {
        check_blob(whole);
    }
}

static bool is_for(const Target *target, bool is_small) {
    return is_small || strcmp(target->name, large_target) == 0;
}

static bool shares(const Whole *whole, const Target *target, const Target *layout) {
    bool others = whole->network->in_layouts || all_in_layouts;
    return is_for(target, whole->is_small) &&
           (target == layout || (others && target_fits_layout(target, layout)));
}

/* All targets that can share the layout, the fastest first: as xnc compile --target=a,b has it. */
static void check_variants(Whole *whole, const Target *layout) {
    const Module *modules[MOST_VARIANTS], *again[MOST_VARIANTS];
    int count = 0;
    for (size_t i = target_count(); i-- > 0;) {
        if (shares(whole, target_at(i), layout)) {
            whole->unit = (Unit){.arena = whole->arena, .diag = whole->diag};
            whole->unit.target = target_in_layout(whole->arena, target_at(i), layout);
            check_target(whole);
            modules[count] = whole->unit.module;
            again[count++] = whole->again.module;
        }
    }
    EmitOptions options = {
        .prefix = "net", .version = "1", .variants = modules, .n_variants = count};
    options.digest = module_digest(modules[0]);
    options.packing = module_packing(modules[0]);
    EmitOptions again_options = options;
    again_options.variants = again;
    for (int i = 0; count > 1 && i < count; i++) {
        assert_int_equal(module_digest(modules[i]), options.digest); /* they share their blob */
        assert_int_equal(module_packing(modules[i]), options.packing);
        check_emission(modules[i], again[i], &options, &again_options);
    }
    assert_string_equal(emitted(emit_chooser, modules[0], &options),
                        emitted(emit_chooser, again[0], &again_options));
}

/* An arena for each layout, so that memory stays that of a few compilations. */
static void check_layout(const Case *network, bool is_small, const Target *layout) {
    Arena *arena = arena_create();
    Whole whole = {.arena = arena, .network = network, .is_small = is_small};
    whole.diag = diag_create(arena, stderr);
    const Description *description = description_open(arena, whole.diag, network->model);
    assert_non_null(description);
    ModelOptions options = options_of(description, network);
    whole.described = description_build(arena, whole.diag, description, &options);
    assert_non_null(whole.described);
    check_variants(&whole, layout);
    arena_destroy(arena);
}

static void check_case(const Case *network, bool is_small) {
    for (size_t i = 0; i < target_count(); i++) {
        if (is_for(target_at(i), is_small)) {
            check_layout(network, is_small, target_at(i));
        }
    }
}

static void small_networks(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof small_cases / sizeof *small_cases; i++) {
        check_case(&small_cases[i], true);
    }
}

static void every_network(void **state) {
    (void)state;
    for (size_t i = 0; i < description_count(); i++) {
        const Case network = {.model = description_name(i)};
        check_case(&network, false);
    }
    for (size_t i = 0; i < sizeof large_options / sizeof *large_options; i++) {
        check_case(&large_options[i], false);
    }
}

int main(int argc, char **argv) {
    all_in_layouts = argc > 1 && strcmp(argv[1], "layouts") == 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_networks),
        cmocka_unit_test(every_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
