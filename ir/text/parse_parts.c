/* parse_parts.c - reads the parts that several kinds of lines of a graph's text have: types,
 * locations, operands.
 *
 *   : f32[1,8,32,32] nhwc pitch=16   ->   Value { element, shape, layout, pitch }
 *   !4:7+4                           ->   Loc { line 4, column 7, span 4 } of the description
 *   %c                               ->   the Value that the line of %c defined
 */
#include "attribute_text.h"
#include "expr_text.h"
#include "parser.h"

#include <string.h>

/* Reads "nchw" or "nhwc"; without either the layout stays NCHW. */
static void parse_layout(Scanner *scan, Layout *layout) {
    if (scan_accept(scan, "nhwc")) {
        *layout = LAYOUT_NHWC;
    } else if (scan_accept(scan, "nchw")) {
        *layout = LAYOUT_NCHW;
    }
}

bool parse_type(Scanner *scan, Value *value) {
    if (!scan_accept(scan, ":")) {
        return true;
    }
    if (!scan_element(scan, &value->element) || !parse_shape(scan, 0, &value->shape)) {
        return false;
    }
    parse_layout(scan, &value->layout);
    return parse_attributes(scan, &value_attributes, value);
}

/* Lines count from 1; column 0 is a line as a whole. */
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

/* Collecting names for the hint takes time in proportion to the values, so it stops with the errors
 * that are shown. */
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
    const char *hint = diag_shows(scan->diag, DIAG_SYNTAX) ? hint_value(parser, name) : NULL;
    return FAIL_AT(scan, loc, hint, "no line above defines '%%%s'", name);
}
