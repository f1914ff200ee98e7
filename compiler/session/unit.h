/* unit.h - MODEL, target and passes of a request -> a Unit (pass.h): the graph and, once it is
 * lowered, the module. */
#ifndef XNC_COMPILER_UNIT_H
#define XNC_COMPILER_UNIT_H

#include "model.h"
#include "registry.h"
#include "target_choice.h"

/* Which network is compiled, for which target, through which passes. */
typedef struct UnitRequest {
    ModelRequest model;
    TargetRequest target;
    PassOptions passes;
} UnitRequest;

/* Whether a pass of that name exists (NULL: yes); false after a message that quotes the option. */
bool pass_known(Arena *arena, const char *option, const char *name);
/* The same for each pass that the options name. */
bool passes_known(Arena *arena, const PassOptions *options);
/* Runs the pipeline on the graph of the unit. False after a diagnostic. */
bool unit_run(const Work *work, Unit *unit, const PassOptions *options);
/* From MODEL to the unit before the first pass. EXIT_DONE or why not. */
ExitCode unit_begin(const Work *work, const UnitRequest *request, Model *model, Unit *unit);
/* The same, then through the passes. */
ExitCode unit_open(const Work *work, const UnitRequest *request, Model *model, Unit *unit);

#endif
