/* deadlines.h - closes connections whose request does not arrive in time.
 *
 * libmicrohttpd's own timeout ends connections that are silent; a client that sends one byte a
 * second is never silent. So each connection has a time by which its request must be complete.
 */
#ifndef HTTP_DEADLINES_H
#define HTTP_DEADLINES_H

#include <pthread.h>

typedef struct deadline {
    struct deadline *next, *previous;
    int socket;
    double at; /* seconds(); 0: the client owes nothing */
} deadline;

typedef struct deadlines {
    pthread_mutex_t lock;
    deadline list; /* its ends */
    double allowed;
} deadlines;

void deadlines_init(deadlines *made, double allowed);
void deadlines_destroy(deadlines *destroyed);
/* A connection came: its first request has to. NULL when there is no memory. */
deadline *deadlines_add(deadlines *to, int socket);
/* The connection is closed; NULL is allowed. */
void deadlines_remove(deadlines *from, deadline *removed);
/* The request is complete: the client may wait as long as it takes. */
void deadlines_pause(deadlines *of, deadline *paused);
/* The answer is sent: the next request has to come. */
void deadlines_restart(deadlines *of, deadline *restarted);
/* Cuts the connections that are late; returns how many. */
int deadlines_enforce(deadlines *of);

#endif
