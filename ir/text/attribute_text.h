/* attribute_text.h - reads and writes fields of a structure as NAME=VALUE, by the rows of
 * attributes.h.
 */
#ifndef XNC_IR_ATTRIBUTE_TEXT_H
#define XNC_IR_ATTRIBUTE_TEXT_H

#include "attributes.h"
#include "put.h"
#include "scan.h"

/* Reads attributes of the table into object, up to the first token that is no word. They may come
 * in any order, each once. object must hold the usual values already. False after a diagnostic. */
bool parse_attributes(Scanner *scan, const AttributeTable *table, void *object);
/* Writes the fields that do not have their usual value, in the order of the table, each with a
 * blank in front; declared is for put_expr(). */
void put_attributes(FILE *out, const Map *declared, const AttributeTable *table,
                    const void *object);

#endif
