/* classifier.h - bytes of a picture become an answer, in as many threads as there are arenas.
 *
 * This is where the compiled network is; service.c is about HTTP alone.
 */
#ifndef HTTP_CLASSIFIER_H
#define HTTP_CLASSIFIER_H

#include <stddef.h>

enum { ANSWER_BYTES = 1024 };

typedef struct classifier classifier;

/* Opens the weights, which all threads share, and makes an arena for each of the pictures (at
 * least one) that may be classified at a time. NULL after a complaint on standard error. */
classifier *classifier_open(const char *weights_path, int at_a_time);
void classifier_close(classifier *closed);

/* Classifies a picture; any thread may call it, and waits for an arena that is free. Writes JSON
 * into answer and returns the HTTP status that goes with it. */
unsigned classifier_run(classifier *on, const void *data, size_t bytes, char answer[ANSWER_BYTES]);

/* Writes {"error": text}; the text needs no escapes. Returns the status. */
unsigned classifier_refuse(unsigned status, const char *text, char answer[ANSWER_BYTES]);

#endif
