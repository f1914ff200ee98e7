/* parser.h - what the files of the parser of graphs share. */
#ifndef XNC_IR_PARSER_H
#define XNC_IR_PARSER_H

#include "scan.h"

enum { MOST_NODES = 20000 /* also of values, parameters, outputs and taps each */ };

typedef struct Parser {
    Scanner scan;
    Graph *graph;
    const Source *described; /* the description's source, NULL when the text names none */
    Map *values;             /* by name */
    Value **value_list;      /* for hints; in order of definition */
    int n_values, n_nodes;
} Parser;

/* ---- parse_parts.c ---- */
/* Reads ": f32[...] nhwc pitch=..." if there is one. */
bool parse_type(Scanner *scan, Value *value);
/* Reads "!line:col+span" if there is one. */
bool parse_loc(Parser *parser, Loc *loc);
/* Reads %NAME: the value of that name. */
bool parse_operand(Parser *parser, Value **value);

#endif
