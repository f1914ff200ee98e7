/* kparse_ports.c - reads what a module says of its caller: buffers and how pictures become input.
 *
 *   input "x" [1,3,299,299]           ->   Port { x, 1 x 3 x 299 x 299 }
 *   output "fc" [1,1000]
 *   preprocess test_size 299 299 ...  ->   Preprocess { 299 x 299, ... }
 *
 * Shapes are in the order N, C, H, W or N, C, which is how the caller's floats stand.
 */
#include "expr_text.h"
#include "ktext.h"

enum { MOST_OUTPUTS = 4096 };

static bool parse_port(Scanner *scan, Port *port) {
    return scan_word(scan, "a buffer's name", &port->name) && parse_shape(scan, 1, &port->shape);
}

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

static bool parse_four(Scanner *scan, const char *word, double numbers[4]) {
    bool good = scan_expect(scan, word);
    for (int i = 0; good && i < 4; i++) {
        good = scan_number(scan, true, &numbers[i]);
    }
    return good;
}

/* A word that may be missing, in front of a text. */
static bool parse_choice(Scanner *scan, const char *word, const char **text) {
    return !scan_accept(scan, word) || scan_word(scan, "a word", text);
}

static bool parse_preprocess(Scanner *scan, Preprocess *preprocess) {
    int64_t *size = preprocess->test_size;
    return scan_expect(scan, "test_size") &&
           scan_integer(scan, "a height", 0, LARGEST_VALUE, &size[0]) &&
           scan_integer(scan, "a width", 0, LARGEST_VALUE, &size[1]) &&
           scan_expect(scan, "crop_pct") && scan_number(scan, true, &preprocess->crop_pct) &&
           parse_four(scan, "mean", preprocess->mean) && parse_four(scan, "std", preprocess->std) &&
           parse_choice(scan, "interpolation", &preprocess->interpolation) &&
           parse_choice(scan, "crop_mode", &preprocess->crop_mode);
}

bool kparse_ports(Scanner *scan, Module *module) {
    return scan_expect(scan, "input") && parse_port(scan, &module->input) &&
           parse_outputs(scan, module) &&
           (!scan_accept(scan, "preprocess") || parse_preprocess(scan, &module->preprocess));
}
