/* settings.h - what the service can be told on its command line. */
#ifndef HTTP_SETTINGS_H
#define HTTP_SETTINGS_H

#include <stddef.h>

typedef struct settings {
    const char *weights; /* the blob */
    const char *labels;  /* names of classes; NULL: none */
    const char *address; /* IPv4, to listen on */
    long port;           /* 0: any free one */
    long threads;        /* that run networks, each with an arena of its own */
    long queue;          /* pictures that may wait for a thread; more are refused with 503 */
    long connections;    /* open at once; more wait to be accepted */
    long body;           /* most bytes of a picture */
    long pixels;         /* most pixels of a picture */
    long timeout;        /* seconds in which a request must have arrived */
    long grace;          /* seconds that requests get to finish when the service stops */
    long top;            /* classes in an answer */
} settings;

/* Fills in the defaults, then what the command line says. Returns 0 after a complaint. */
int settings_read(settings *read, int argc, char **argv);

#endif
