/* attribute_text.h - fields of a structure as NAME=VALUE, by the rows of attributes.h. */
#ifndef XNC_IR_ATTRIBUTE_TEXT_H
#define XNC_IR_ATTRIBUTE_TEXT_H

#include "attributes.h"
#include "put.h"
#include "scan.h"

/* Reads attributes of the table into object until something else than a word comes. */
bool parse_attributes(Scanner *scan, const AttributeTable *table, void *object);
/* Writes those that are not usual, each with a blank in front; declared: see put_expr(). */
void put_attributes(FILE *out, const Map *declared, const AttributeTable *table,
                    const void *object);

#endif
