/* command_check.c - xnc check: compares the generated code with the interpreter.
 *
 * First each value that it writes with the interpreter on the planned graph, bit by bit; then the
 * outputs with the graph as described (or a golden file), within a tolerance (check.h). The exit
 * code is EXIT_DIFFERENT when either differs. With --images a precision other than f32 is compared
 * with f32 on these: that it answers otherwise in some is told and no mistake.
 */
#include "check_images.h"
#include "clean.h"
#include "command.h"

#include <math.h>

enum { MOST_SHOWN = 20 /* wrong layers: one mistake makes all later layers wrong */ };

/* What is wrong with a layer's result. */
static void print_value(const CheckedValue *value) {
    const Layer *layer = value->layer;
    if (!value->seen) {
        print_clean(stdout, "  %s (%s): nothing to compare it with\n", layer->name,
                    op_info(layer->op)->name);
    } else if (value->found.different > 0) {
        print_clean(
            stdout,
            "  %s (%s): %lld of %lld elements differ, from element %lld on, by up to %llu ulp\n",
            layer->name, op_info(layer->op)->name, (long long)value->found.different,
            (long long)value->found.count, (long long)value->found.first,
            (unsigned long long)value->found.ulp);
    }
}

/* A summary, then the first wrong layers in order of execution. */
static void print_values(const Check *check) {
    int layers = check->unit.module->n_layers, wrong = check_wrong_values(check), shown = 0;
    printf("values: %d of %d equal the interpreter's on the planned graph, bit by bit\n",
           layers - wrong, layers);
    for (int i = 0; i < layers && shown < MOST_SHOWN; i++) {
        const CheckedValue *value = &check->values[i];
        if (!value->seen || value->found.different > 0) {
            print_value(value);
            shown++;
        }
    }
    if (wrong > shown) {
        printf("  and %d more\n", wrong - shown);
    }
}

/* How far a precision is from f32: each value beside the one that it is in the network as
 * described. */
static void print_drifts(const Check *check) {
    if (check->plain->precision == PRECISION_f32) {
        return;
    }
    printf("values beside those of the network in f32, differences as parts of their spread:\n"
           "  %-36s %-12s %-9s %9s %9s\n",
           "value", "operation", "operands", "largest", "rms");
    for (int i = 0; i < check->unit.module->n_layers; i++) {
        const CheckedValue *value = &check->values[i];
        if (value->drift.count > 0) {
            print_clean(stdout, "  %-36s %-12s %-9s %9.3g %9.3g\n", value->layer->name,
                        op_info(value->layer->op)->name, checked_operands(value),
                        value->drift.relative, value->drift.mean);
        }
    }
}

/* ", the same top-1", of several images of how many. */
static const char *top_text(Arena *arena, const CheckedOutput *output) {
    if (output->images > 1) {
        return arena_printf(arena, ", the same top-1 in %lld of %lld images",
                            (long long)output->same_top, (long long)output->images);
    }
    return output->images == 0 ? "" : output->same_top ? ", the same top-1" : ", another top-1";
}

/* What is right of an output in integers only those who use it know: bits were compared before. */
static const char *verdict_text(Arena *arena, const CheckedOutput *output, double tolerance) {
    if (isfinite(tolerance)) {
        return arena_printf(arena, "%s, at most %g", output->good ? "good" : "WRONG", tolerance);
    }
    return output->good ? "no bound in int8, --images counts answers" : "WRONG";
}

static void print_output(Arena *arena, const CheckedOutput *output, double tolerance) {
    print_clean(
        stdout, "output %s: differs by up to %.3g of its spread (%llu ulp), cosine %.9f%s: %s\n",
        output->name, output->found.relative, (unsigned long long)output->found.ulp,
        output->found.cosine, top_text(arena, output), verdict_text(arena, output, tolerance));
}

/* Without images nothing. */
static void print_agreement(const Agreement *agreement) {
    if (agreement->images > 0) {
        printf(
            "images: the same top-1 as in f32 in %lld of %lld (%.2f %%), outputs move by %.3g %% "
            "of their spread\n",
            (long long)agreement->same, (long long)agreement->images,
            100.0 * (double)agreement->same / (double)agreement->images, 100.0 * agreement->moved);
    }
}

/* Prints both comparisons; the exit code says whether all is equal or within the tolerance. */
static ExitCode report(const Check *check, const CheckedOutput *outputs, bool json) {
    progress_hide(check->work->progress);
    if (json) {
        json_print(check->work->arena, check_json(check, outputs));
    } else {
        print_values(check);
        print_drifts(check);
        for (int i = 0; i < check->plain->n_outputs; i++) {
            print_output(check->work->arena, &outputs[i], check_tolerance(check->plain));
        }
        print_agreement(&check->agreement);
    }
    return check_good(check, outputs) ? EXIT_DONE : EXIT_DIFFERENT;
}

static ExitCode compare_images(Check *check) {
    return check_load_f32(check) ? check_agree(check) : product_failure(check->work->diag);
}

/* The layers are compared while the code runs, the outputs afterwards. What can be wrong with the
 * arguments shows before anything is built. */
ExitCode command_check(const Work *work, const Options *options) {
    Check *check = NEW(work->arena, Check);
    check->work = work;
    check->request = check_request(options);
    UnitRequest request = unit_request(options, NULL);
    ExitCode code = check_prepare(check, &request);
    code = code == EXIT_DONE ? check_find_images(check, options) : code;
    code = code == EXIT_DONE ? check_load(check) : code;
    if (code != EXIT_DONE) {
        return code;
    }
    const CheckedOutput *outputs = check_outputs(check);
    code = !outputs ? EXIT_MODEL : check->images ? compare_images(check) : EXIT_DONE;
    return code == EXIT_DONE ? report(check, outputs, options->json) : code;
}
