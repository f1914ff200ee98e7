/* emulated.h - a compiled network as a program of its own that a command runs, as --run-with names
 * it: an emulator of another machine.
 *
 *   model.o, the runtime, harness.c   ->   a static program
 *   qemu-aarch64 PROGRAM ...          ->   floats
 *
 * Files carry what goes in and comes out. Each run starts the program anew.
 */
#ifndef XNC_COMPILER_EMULATED_H
#define XNC_COMPILER_EMULATED_H

#include "build.h"
#include "unit.h"
#include "work.h"
#include "xnc.h"

typedef struct Emulated Emulated;

/* One run of it, as xnc_run() takes them. */
typedef struct EmulatedRun {
    const float *input;
    float *const *outputs;
    int threads;
    xnc_profile *profile; /* told of each layer when all have run; NULL: nobody is */
    void *profile_context;
} EmulatedRun;

/* Builds the program: the build has the network's source and all headers. weights is the path of
 * the blob, which is written before the first run; sleef says whether the network calls it. NULL
 * after a diagnostic. */
Emulated *emulated_build(const Work *work, const Unit *unit, Build *build, const char *prefix,
                         const char *weights, bool sleef);
/* False after a diagnostic. */
bool emulated_run(const Emulated *emulated, const EmulatedRun *run);

#endif
