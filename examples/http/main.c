/* main.c - an HTTP service around a compiled network.
 *
 *   service [OPTIONS] WEIGHTS          (service without arguments lists the options)
 *
 *   $ ./service --port=0 xnc/xception_mini/xception_mini.weights
 *   listening on http://127.0.0.1:35813
 *   $ curl --data-binary @photo.jpg http://127.0.0.1:35813/classify
 *   {"model":"xception_mini","width":640,"height":480,"top":[{"class":4,"probability":0.93,...
 *
 * SIGTERM and SIGINT end it when the requests that have begun are answered.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "service.h"

/* Blocked here, they are blocked in every thread, and sigtimedwait() gets them. */
static sigset_t block_signals(void) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    return ends;
}

static void serve(service *served, const settings *with, workers *to, const sigset_t *ends) {
    const struct timespec tick = {.tv_nsec = 200000000};
    printf("listening on http://%s:%u\n", with->address, service_port(served));
    fflush(stdout);
    while (sigtimedwait(ends, NULL, &tick) < 0) {
        service_tick(served);
    }
    service_drain(served, (double)with->grace);
    workers_stop(to);
    service_drain(served, 1); /* what the workers have just finished is still to be sent */
}

static int run(const settings *with, const network *shared, const sigset_t *ends) {
    workers *to = workers_create(shared, (int)with->threads, (int)with->queue);
    if (!to) {
        fprintf(stderr, "service: no memory for %ld threads\n", with->threads);
        return EXIT_FAILURE;
    }
    service *served = service_start(with, to);
    if (served) {
        serve(served, with, to, ends);
        service_destroy(served);
    }
    workers_destroy(to);
    return served ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv) {
    settings with;
    network shared = {0};
    sigset_t ends = block_signals();
    if (!settings_read(&with, argc, argv) || !network_open(&shared, with.weights, with.labels)) {
        return EXIT_FAILURE;
    }
    shared.most_pixels = (size_t)with.pixels;
    shared.top = (int)with.top;
    int code = run(&with, &shared, &ends);
    network_close(&shared);
    return code;
}
