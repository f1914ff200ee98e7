/* command.h - what every command gets, and the steps that most of them share. */
#ifndef XNC_COMPILER_COMMAND_H
#define XNC_COMPILER_COMMAND_H

#include "description.h"
#include "options.h"
#include "registry.h"
#include "work.h"

/* One run of the tool. Everything lives in the arena. */
typedef struct Session {
    Work work;
    const Options *options;
    struct TensorFile *tensors; /* of the file of weights, once session_tensors() has read it */
} Session;

/* Bound by convention to the rows of commands.def. */
#define COMMAND(id, name, operands, fewest, most, line) ExitCode command_##id(Session *session);
#include "commands.def"
#undef COMMAND

/* The description that MODEL (operand 0) names; NULL after a diagnostic. */
Description *session_description(Session *session);
/* Where the weights are: --weights, or those of a hub folder; NULL when there are none. */
const char *session_weights(const Session *session, const Description *description);
/* What stands at that path, read once however many steps and networks ask; NULL after a diagnostic.
 */
struct TensorFile *session_tensors(Session *session, const char *path);
/* Says which preprocessing the weights are taken to need, and why; nothing without weights. */
void session_tell_preprocess(Session *session, const Description *description, const Graph *graph);
/* The graph of MODEL as the options shape it; setting selects from the lists of sizes and batches
 * that bench may be given (0, 0 for all other commands). NULL after a diagnostic. */
Graph *session_graph(Session *session, const Description *description, int size_at, int batch_at);
/* Whether the output is what a classifier gives, and not a pooled vector or maps. */
bool ranks_classes(const Graph *graph);
/* Names of the classes of a network with that many: those of --labels, which must be as many, else
 * those of the description if they are; *labels is NULL when none are known. False after a
 * diagnostic. */
bool session_labels(Session *session, const Description *description, int64_t classes,
                    const Labels **labels);
/* The last row of the table of targets that this CPU runs: rows stand from plain to fast. */
const Target *native_target(void);
/* The target that --target asks for ('native' picks the best that this CPU runs, and the choice is
 * printed on standard error), with the numbers of --tuning. NULL after a message. */
const Target *session_target(Session *session);
/* The exit code when there is none: a bad file of --tuning is a bad input, all else wrong use. */
ExitCode session_no_target(const Session *session);
/* The same where a list is allowed, --target=T,...: the fastest first. Returns how many, or 0 after
 * a message. */
int session_targets(Session *session, const Target *targets[], int most);
/* What --dump-after and its like ask of the pass runner. */
PassOptions session_pass_options(Session *session, const char *stop_after);
/* False after a message when option names a pass that does not exist. */
bool session_pass_known(Session *session, const char *option, const char *name);
/* The same for every option that names a pass. */
bool session_passes_known(Session *session);
/* Runs the pipeline on the graph with the options for compiler developers; stop_after may be NULL.
 */
bool session_passes(Session *session, Unit *unit, const char *stop_after);
/* All of the above: description, graph, target, passes (to the end, or to stop_after). EXIT_DONE or
 * why not. */
ExitCode session_unit(Session *session, Unit *unit, const char *stop_after);

#endif
