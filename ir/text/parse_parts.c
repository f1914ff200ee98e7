/* parse_parts.c - reads the parts of a graph's line that stand in many kinds of lines: types,
 * locations, operands.
 */
#include "attribute_text.h"
#include "expr_text.h"
#include "parser.h"

#include <string.h>

/* The words "nchw" or "nhwc", if one is at hand. */
static void parse_layout(Scanner *scan, Layout *layout) {
    if (scan_accept(scan, "nhwc")) {
        *layout = LAYOUT_NHWC;
    } else if (scan_accept(scan, "nchw")) {
        *layout = LAYOUT_NCHW;
    }
}

bool parse_type(Scanner *scan, Value *value) {
    Loc loc;
    const char *type;
    if (!scan_accept(scan, ":")) {
        return true;
    }
    loc = scan->now.loc;
    if (!scan_word(scan, "the type f32", &type)) {
        return false;
    }
    if (strcmp(type, "f32") != 0) {
        return FAIL_AT(scan, loc, NULL, "unknown type '%s', expected f32", type);
    }
    if (!parse_shape(scan, 0, &value->shape)) {
        return false;
    }
    parse_layout(scan, &value->layout);
    return parse_attributes(scan, &value_attributes, value);
}

bool parse_loc(Parser *parser, Loc *loc) {
    Scanner *scan = &parser->scan;
    int64_t line, col, span = 0;
    if (!scan_accept(scan, "!")) {
        return true;
    }
    if (!parser->described) {
        return FAIL(scan, NULL, "a location needs a source line that names the description");
    }
    if (!scan_integer(scan, "a line", 1, INT32_MAX, &line) || !scan_expect(scan, ":") ||
        !scan_integer(scan, "a column", 0, INT32_MAX, &col) ||
        (scan_accept(scan, "+") &&
         !scan_integer(scan, "a number of columns", 0, INT32_MAX, &span))) {
        return false;
    }
    *loc = (Loc){parser->described, (int)line, (int)col, (int)span};
    return true;
}

static const char *hint_value(Parser *parser, const char *name) {
    const char **names = NEW_ARRAY(parser->scan.arena, const char *, parser->n_values);
    for (int i = 0; i < parser->n_values; i++) {
        names[i] = parser->value_list[i]->name;
    }
    return hint_name(&parser->scan, name, names, (size_t)parser->n_values);
}

bool parse_operand(Parser *parser, Value **value) {
    Scanner *scan = &parser->scan;
    const char *name;
    if (!scan_expect(scan, "%")) {
        return false;
    }
    Loc loc = scan->now.loc;
    if (!scan_word(scan, "the name of a value", &name)) {
        return false;
    }
    *value = map_get(parser->values, name);
    if (*value) {
        return true;
    }
    const char *hint = diag_errors(scan->diag) < DIAG_SHOWN ? hint_value(parser, name) : NULL;
    return FAIL_AT(scan, loc, hint, "no line above defines '%%%s'", name);
}
