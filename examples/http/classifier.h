/* classifier.h - bytes of a picture become an answer; one classifier for each thread.
 *
 * This is where the compiled network is: everything else in this folder is about HTTP.
 */
#ifndef HTTP_CLASSIFIER_H
#define HTTP_CLASSIFIER_H

#include <jansson.h>

#include "labels.h"
#include "picture.h"

/* What all threads share. */
typedef struct network {
    const xnc_model *model;
    xnc_weights *weights;
    labels names; /* none when count is 0 */
    size_t most_pixels;
    int top;
} network;

/* Opens weights, and labels unless the path is NULL. Returns 0 after a complaint on standard error.
 */
int network_open(network *opened, const char *weights_path, const char *labels_path);
void network_close(network *opened);

typedef struct classifier classifier;

/* NULL when there is no memory. */
classifier *classifier_create(const network *shared);
void classifier_destroy(classifier *destroyed);

/* Classifies a picture. Returns an HTTP status; *answer is the body that belongs to it, or NULL
 * when there is no memory even for that. */
unsigned classifier_run(classifier *on, const void *data, size_t bytes, json_t **answer);

/* The body of an answer that is an error. */
json_t *error_body(const char *text);

#endif
