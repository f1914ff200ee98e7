/* service.h - the HTTP side: what is answered to whom, and within which limits.
 *
 *   POST /classify  a JPEG or PNG picture as the body -> 200 and the most probable classes
 *   GET  /health    200 while requests are taken, 503 when the service stops
 *
 * Every other answer is {"error": "..."}: 404, 405 for another path or method; 400 without a body,
 * 411 without its length; 413 for too many bytes or pixels; 415 for what is neither JPEG nor PNG;
 * 422 for a damaged picture; 503 when the queue is full.
 */
#ifndef HTTP_SERVICE_H
#define HTTP_SERVICE_H

#include "settings.h"
#include "workers.h"

typedef struct service service;

/* Listens; NULL after a complaint on standard error. */
service *service_start(const settings *with, workers *to);
/* The port that it listens on. */
unsigned service_port(const service *of);
/* Cuts clients that are too slow; to be called a few times a second. */
void service_tick(service *on);
/* Accepts no more connections, refuses new requests, and waits until those that are there are
 * answered, but not longer than so many seconds. */
void service_drain(service *drained, double most);
/* The workers have stopped before. */
void service_destroy(service *destroyed);

#endif
