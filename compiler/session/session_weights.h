/* session_weights.h - what session.c asks the file of weights before it finishes the graph. */
#ifndef XNC_COMPILER_SESSION_WEIGHTS_H
#define XNC_COMPILER_SESSION_WEIGHTS_H

#include "command.h"

/* Sets what the file of weights, if there is one, says about the network's ends; false after a
 * diagnostic when it cannot be read or contradicts config.json. What was asked for stays. */
bool session_learn(Session *session, const Description *description, const ModelOptions *asked,
                   const Draft *draft, CheckpointEnds *ends);

#endif
