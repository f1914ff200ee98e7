/* doctor.h - the parts of xnc doctor: what is looked for, and what is said about it.
 *
 * Findings are printed as rows, or as JSON, in the order in which they were made.
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
    const char *packages; /* of Debian that contain it, separated by spaces; NULL: none does */
    const char *advice;   /* another way to get it, printed when it is missing; NULL: no advice */
} Finding;

/* ---- doctor_machine.c ---- */
/* The processor, its number of threads, and the target that --target=native means. */
Finding doctor_processor(Arena *arena);
/* Whether the kernel gives large pages (transparent huge pages), with which large arenas and
 * weights miss the TLB less often. */
Finding doctor_pages(Arena *arena);
/* The folder of compiled objects (object_cache.h). */
Finding doctor_cache(Arena *arena);
/* The folder where C is built and loaded from: it must be writable and not mounted noexec. */
Finding doctor_temporary(Arena *arena);

#endif
