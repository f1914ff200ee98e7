/* native_requests.h - the command line cut into what is built and run on this machine. */
#ifndef XNC_COMPILER_NATIVE_REQUESTS_H
#define XNC_COMPILER_NATIVE_REQUESTS_H

#include "bench.h"
#include "check.h"
#include "requests.h"

/* The first of --threads; 1 by default. */
int thread_request(const Options *options);
CheckRequest check_request(const Options *options);
/* size_at and batch_at: see model_request(). */
LoadRequest load_request(const Options *options, int size_at, int batch_at);

#endif
