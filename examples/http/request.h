/* request.h - one request from its header to its line in the log. */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "workers.h"

typedef struct request {
    job job;
    int submitted; /* the job was with the workers */
    unsigned status;
    double began;
    char client[48], method[8], path[64]; /* cut and made harmless for the log */
} request;

/* NULL when there is no memory. */
request *request_create(struct MHD_Connection *connection, const char *method, const char *path);
void request_destroy(request *destroyed);
/* Answers with a status and a body, whose reference it takes; NULL is allowed. */
enum MHD_Result request_answer(request *answered, unsigned status, json_t *body);
/* Writes one line of JSON to standard error; end is how it ended. */
void request_log(const request *logged, const char *end);

#endif
