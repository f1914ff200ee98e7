/* kparse_ports.c - reads what a module's text says about its caller: the buffers, and how pictures
 * become input.
 *
 *   input "x" [1,3,299,299]           ->   Port { x, 1 x 3 x 299 x 299 }
 *   output "map" [1,9,7,7] nhwc       ->   Port { map, 1 x 9 x 7 x 7, channels last }
 *   output "fc" [1,1000]
 *   scores sigmoid                    ->   SCORES_SIGMOID; softmax without the line
 *   preprocess { test_size=299x299 }  ->   Preprocess { 299 x 299 }
 *
 * Shapes are in the order N, C, H, W or N, C: the caller's floats are dense in that order, or for a
 * map with nhwc in N, H, W, C.
 */
#include "attribute_text.h"
#include "expr_text.h"
#include "ktext.h"

enum { MOST_OUTPUTS = 4096 };

static bool parse_port(Scanner *scan, Port *port) {
    if (!scan_word(scan, "a buffer's name", &port->name) || !parse_shape(scan, 1, &port->shape)) {
        return false;
    }
    port->channels_last = port->shape.rank == 4 && scan_accept(scan, "nhwc");
    return true;
}

/* At least one output: a module without any computes nothing (invariant 7). */
static bool parse_outputs(Scanner *scan, Module *module) {
    do {
        int count = module->n_outputs;
        if (count == MOST_OUTPUTS) {
            return FAIL(scan, NULL, "more than %d outputs", MOST_OUTPUTS);
        }
        module->outputs = arena_room(scan->arena, module->outputs, count, sizeof(Port));
        if (!scan_expect(scan, "output") || !parse_port(scan, &module->outputs[count])) {
            return false;
        }
        module->n_outputs++;
    } while (scan_at(scan, "output"));
    return true;
}

static bool parse_preprocess(Scanner *scan, Preprocess *preprocess) {
    return scan_expect(scan, "{") && parse_attributes(scan, &preprocess_attributes, preprocess) &&
           scan_expect(scan, "}");
}

static bool parse_scores(Scanner *scan, Scores *scores) {
    Loc loc = scan->now.loc;
    const char *word;
    if (!scan_word(scan, "softmax, sigmoid or none", &word)) {
        return false;
    }
    int found = scores_by_name(word);
    *scores = found < 0 ? SCORES_SOFTMAX : (Scores)found;
    return found >= 0 || FAIL_AT(scan, loc, "softmax, sigmoid or none are possible",
                                 "unknown kind of scores '%s'", word);
}

bool kparse_ports(Scanner *scan, Module *module) {
    return scan_expect(scan, "input") && parse_port(scan, &module->input) &&
           parse_outputs(scan, module) &&
           (!scan_accept(scan, "scores") || parse_scores(scan, &module->scores)) &&
           (!scan_accept(scan, "preprocess") || parse_preprocess(scan, &module->preprocess));
}
