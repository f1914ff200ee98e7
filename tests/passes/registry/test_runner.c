/* test_runner.c - the table of passes and what the runner prints.
 *
 * Input: a graph of three nodes. Expectation: the order of passes.def satisfies what each pass
 * needs; dumps can be read back as graphs and say "(unchanged)"; times have one line per pass; the
 * runner stops where it is told to and where a pass refuses its input.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "registry.h"
#include "text_stream.h"

static const char graph_text[] = "graph tiny stage=graph\n"
                                 "input %x : f32[1,3,8,8]\n"
                                 "%c = conv2d(%x) kernel=3x3 weight=@c.weight[4,3,3,3]\n"
                                 "%r = activation(%c) act=relu\n"
                                 "%g = global_pool(%r)\n"
                                 "output %g\n";

typedef struct Run {
    Arena *arena;
    Unit unit;
    char *text;     /* what was dumped */
    char *messages; /* diagnostics */
    bool good;
} Run;

static Run run_with(PassOptions options, int64_t output_stride) {
    Run run = {.arena = arena_create()};
    TextStream *messages = text_stream_open(run.arena), *dump = text_stream_open(run.arena);
    Source *source = NEW(run.arena, Source);
    *source = (Source){"tiny.ir", graph_text, strlen(graph_text)};
    run.unit =
        (Unit){.arena = run.arena, .diag = diag_create(run.arena, text_stream_file(messages))};
    run.unit.target = target_at(0);
    run.unit.graph = parse_graph(run.arena, run.unit.diag, source);
    assert_non_null(run.unit.graph);
    run.unit.graph->output_stride = output_stride;
    options.dump = text_stream_file(dump);
    run.good = run_passes(&run.unit, &options);
    run.text = text_stream_close(dump, NULL);
    run.messages = text_stream_close(messages, NULL);
    return run;
}

static void end(Run *run) {
    arena_destroy(run->arena);
}

static int count(const char *text, const char *part) {
    int found = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part)) {
        found++;
    }
    return found;
}

static void test_order_satisfies_needs(void **state) {
    (void)state;
    Facts facts = 0;
    for (size_t i = 0; i < pass_count(); i++) {
        const PassInfo *pass = pass_at(i);
        assert_int_equal(pass->needs & ~facts, 0);
        assert_ptr_equal(pass_by_name(pass->name), pass);
        facts |= pass->gives;
    }
    assert_null(pass_at(pass_count()));
    assert_null(pass_by_name("no_such_pass"));
}

static void test_stop_after(void **state) {
    (void)state;
    Run run = run_with((PassOptions){.stop_after = "fuse_activations", .verify_each = true}, 0);
    assert_true(run.good);
    assert_int_equal(run.unit.graph->stage, STAGE_FUSED);
    assert_int_equal(run.unit.graph->nodes.count, 2);
    assert_null(run.unit.module);
    assert_string_equal(run.text, "");
    end(&run);
}

static void test_dump_after_reads_back(void **state) {
    (void)state;
    Run run = run_with((PassOptions){.stop_after = "plan_memory", .dump_after = "plan_memory"}, 0);
    Source source = {"dump", run.text, strlen(run.text)};
    assert_non_null(strstr(run.text, "# after plan_memory\n"));
    assert_non_null(parse_graph(run.arena, run.unit.diag, &source));
    end(&run);
}

static void test_dump_changed(void **state) {
    (void)state;
    Run run = run_with((PassOptions){.stop_after = "fold_bn", .dump_changed = true}, 0);
    assert_non_null(strstr(run.text, "# after infer_shapes\ngraph tiny"));
    assert_non_null(strstr(run.text, "# after dilate (unchanged)\n"));
    assert_non_null(strstr(run.text, "# after fold_bn (unchanged)\n"));
    assert_int_equal(count(run.text, "# after"), 4);
    end(&run);
}

static void test_time_passes(void **state) {
    (void)state;
    Run run = run_with((PassOptions){.time_passes = true, .verify_each = true}, 0);
    assert_true(run.good);
    assert_int_equal(count(run.text, " ms\n"), (int)pass_count());
    assert_non_null(run.unit.module);
    end(&run);
}

static void test_refusal_stops(void **state) {
    (void)state;
    Run run = run_with((PassOptions){.dump_changed = true}, 12);
    assert_false(run.good);
    assert_int_equal(diag_errors(run.unit.diag), 1);
    assert_int_equal(count(run.text, "# after"), 1);
    assert_non_null(strstr(run.messages, "output_stride is 12"));
    end(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_satisfies_needs), cmocka_unit_test(test_stop_after),
        cmocka_unit_test(test_dump_after_reads_back), cmocka_unit_test(test_dump_changed),
        cmocka_unit_test(test_time_passes),           cmocka_unit_test(test_refusal_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
