/* parser.h - what the files of the parser of graphs share: parse.c reads whole lines, parse_parts.c
 * the parts that many lines have. Functions that read return false after a diagnostic.
 */
#ifndef XNC_IR_PARSER_H
#define XNC_IR_PARSER_H

#include "scan.h"

typedef struct Parser {
    Scanner scan;
    Graph *graph;            /* being built */
    const Source *described; /* the description that locations point into; NULL: none is named */
    Map *values;             /* from a name to the Value that is defined so far */
    Value **value_list;      /* the same values in order of definition, for hints */
    int n_values, n_nodes;
} Parser;

/* ---- parse_parts.c ---- */
/* Reads ": f32[...] nhwc pitch=..." into the value; leaves it alone when no ':' stands here. */
bool parse_type(Scanner *scan, Value *value);
/* Reads "!line:col+span"; leaves loc alone when no '!' stands here. */
bool parse_loc(Parser *parser, Loc *loc);
/* Reads %NAME, which a line above must have defined. */
bool parse_operand(Parser *parser, Value **value);

#endif
