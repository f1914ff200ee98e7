/* doctor.h - the parts of xnc doctor: what is looked for, and what is said about it.
 */
#ifndef XNC_COMPILER_DOCTOR_H
#define XNC_COMPILER_DOCTOR_H

#include "command.h"

/* One thing that was looked for. */
typedef struct Finding {
    const char *subject, *name; /* "program", "clang" */
    bool good;
    bool required;        /* without it, what the tool writes can be neither built nor run here */
    const char *text;     /* good: what was found; else: what it would be for */
    const char *packages; /* of Debian, that bring it; NULL: no package does */
    const char *advice;   /* what mends it otherwise; NULL: nothing to say */
} Finding;

/* ---- doctor_machine.c ---- */
/* The processor, its number of threads, and the target that is taken for it. */
Finding doctor_processor(Arena *arena);
/* Large pages, which big maps and weights need to be read at full speed. */
Finding doctor_pages(Arena *arena);
/* The folder of compiled objects. */
Finding doctor_cache(Arena *arena);
/* The folder where C is built and loaded from. */
Finding doctor_temporary(Arena *arena);

#endif
