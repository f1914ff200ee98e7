/* session_weights.h - what session.c asks the file of weights before it builds the graph. */
#ifndef XNC_COMPILER_SESSION_WEIGHTS_H
#define XNC_COMPILER_SESSION_WEIGHTS_H

#include "command.h"

/* Sets what the file of weights says about the network's ends, with a graph as described; false
 * after a diagnostic when it cannot be read or contradicts config.json. */
bool session_peek(Session *session, const Description *description, const Graph *graph,
                  ModelOptions *options);

#endif
