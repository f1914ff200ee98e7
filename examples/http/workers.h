/* workers.h - threads that classify, and the bounded queue before them.
 *
 * The thread that speaks HTTP never computes: it hands a request over and suspends its connection;
 * a worker answers and resumes it.
 */
#ifndef HTTP_WORKERS_H
#define HTTP_WORKERS_H

#include <microhttpd.h>

#include "classifier.h"

/* A picture on its way through the service. */
typedef struct job {
    struct job *next;
    struct MHD_Connection *connection;
    void *data; /* the picture */
    size_t bytes;
    unsigned status; /* of HTTP; 0 until a worker is done */
    json_t *answer;
    double queued, started, done; /* seconds of a clock */
} job;

typedef struct workers workers;

/* NULL when memory or threads are lacking. */
workers *workers_create(const network *shared, int threads, int queue);
/* Suspends the connection and queues the job, which belongs to the workers until the connection's
 * handler is called again. 0 when the queue is full or stopped: then nothing happened. */
int workers_submit(workers *to, job *submitted);
/* Jobs that wait. */
int workers_waiting(workers *of);
/* Finishes what is queued and ends the threads; from then on nothing can be submitted. */
void workers_stop(workers *stopped);
/* Stops if need be, and frees. */
void workers_destroy(workers *destroyed);

/* Seconds of a clock that only goes forward. */
double seconds(void);

#endif
