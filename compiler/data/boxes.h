/* boxes.h - which part of each picture is shown to the network: one box for all, or a CSV.
 *
 *   path,x,y,w,h          the first line may be this one
 *   video1/0001.png,312,140,96.5,120
 *
 * x and y are the pixels left of the box and above it; fractions are allowed. A line is that of the
 * picture whose path is the line's or ends with it behind a slash.
 */
#ifndef XNC_COMPILER_BOXES_H
#define XNC_COMPILER_BOXES_H

#include <stdint.h>

#include "diag.h"
#include "xnc_image.h"

typedef struct Boxes Boxes;

/* What a user asks for. */
typedef struct BoxRequest {
    bool given;       /* false: whole pictures */
    xnc_box box;      /* where file is NULL */
    const char *file; /* a CSV */
} BoxRequest;

/* *boxes becomes NULL when nothing is asked for. False after diagnostics. */
bool boxes_open(Arena *arena, Diag *diag, const BoxRequest *request, const Boxes **boxes);
/* Reads the text of a CSV, which must outlive the result; NULL after diagnostics. */
const Boxes *boxes_parse(Arena *arena, Diag *diag, const Source *source);
/* The box of a picture; NULL when the CSV has none. Any number of threads may ask at once. */
const xnc_box *boxes_find(const Boxes *boxes, const char *path);
/* Path of the CSV; NULL when there is none. */
const char *boxes_origin(const Boxes *boxes);
/* A digest of all boxes; 0 for NULL. */
uint64_t boxes_digest(const Boxes *boxes);

#endif
