/* service.c - an HTTP service around a compiled network.
 *
 *   service WEIGHTS [PORT [AT_A_TIME]]
 *
 *   $ ./service xnc/xception_mini/xception_mini.weights 8080
 *   listening on http://127.0.0.1:8080
 *   $ curl --data-binary @photo.jpg http://127.0.0.1:8080/classify
 *   {"width":640,"height":480,"top":[{"class":4,"probability":0.934101105},...
 *
 * Every connection has a thread of libmicrohttpd's, which reads the request and then waits for one
 * of the classifier's arenas. What a client can take up is bounded: bytes of a picture,
 * connections, and the time in which a request has to arrive. SIGTERM and SIGINT end the service
 * when the requests that have begun are answered.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "classifier.h"

enum {
    MOST_BYTES = 8 << 20, /* of a picture */
    CONNECTIONS = 128,
    SOCKETS = 1024, /* their numbers are below */
    TIMEOUT = 10,   /* seconds in which a request has to arrive, and its answer to be taken */
    GRACE = 10,     /* seconds that requests get when the service stops */
    TICK = 100      /* milliseconds between two looks at the clock */
};

typedef struct service {
    classifier *with;
    atomic_int active; /* requests that have begun */
    atomic_int stopping;
    pthread_mutex_t lock;
    double due[SOCKETS]; /* when the client must have done its part; 0: it owes nothing */
} service;

/* A picture on its way in. */
typedef struct upload {
    size_t bytes;
    char data[];
} upload;

/* ---- Slow clients ----
 * A timeout of silence would not do: a client that sends a byte a second is never silent. */

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int socket_of(struct MHD_Connection *connection) {
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

/* The client owes something in TIMEOUT seconds, or nothing. */
static void set_due(service *of, struct MHD_Connection *connection, int owes) {
    int socket = socket_of(connection);
    if (socket >= SOCKETS) {
        shutdown(socket, SHUT_RDWR);
        return;
    }
    pthread_mutex_lock(&of->lock);
    of->due[socket] = owes ? seconds() + TIMEOUT : 0;
    pthread_mutex_unlock(&of->lock);
}

static void on_connection(void *arg, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code) {
    (void)context;
    set_due(arg, connection, code == MHD_CONNECTION_NOTIFY_STARTED);
}

/* Sockets are only shut down here: libmicrohttpd sees the end, calls on_connection() and closes
 * them, so that under the lock a number cannot belong to another connection. */
static void cut_late(service *of) {
    double now = seconds();
    pthread_mutex_lock(&of->lock);
    for (int i = 0; i < SOCKETS; i++) {
        if (of->due[i] > 0 && of->due[i] < now) {
            shutdown(i, SHUT_RDWR);
            of->due[i] = 0;
        }
    }
    pthread_mutex_unlock(&of->lock);
}

/* ---- Requests ---- */

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, char *text) {
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_COPY);
    if (!response) {
        return MHD_NO; /* closes the connection */
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, MHD_HTTP_METHOD_POST);
    }
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status, const char *why) {
    char text[ANSWER_BYTES];
    return answer(connection, classifier_refuse(status, why, text), text);
}

/* The header has come: is what follows welcome? */
static enum MHD_Result begin(service *on, struct MHD_Connection *connection, const char *path,
                             const char *method, upload **begun) {
    /* libmicrohttpd has checked that it is a number, and sees to it that no more comes. */
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    unsigned long long bytes = length ? strtoull(length, NULL, 10) : 0;
    on->active++;
    if (strcmp(path, "/classify") != 0) {
        return refuse(connection, MHD_HTTP_NOT_FOUND, "there is only /classify");
    }
    if (strcmp(method, MHD_HTTP_METHOD_POST) != 0) {
        return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "POST a picture");
    }
    if (!length) {
        return refuse(connection, MHD_HTTP_LENGTH_REQUIRED, "the picture's length is needed");
    }
    if (bytes == 0) {
        return refuse(connection, MHD_HTTP_BAD_REQUEST, "there is no picture in the request");
    }
    if (bytes > MOST_BYTES) {
        return refuse(connection, MHD_HTTP_CONTENT_TOO_LARGE, "the picture has too many bytes");
    }
    if (on->stopping) {
        return refuse(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "the service stops");
    }
    *begun = calloc(1, sizeof **begun + (size_t)bytes);
    return *begun ? MHD_YES : MHD_NO;
}

static enum MHD_Result classify(service *on, struct MHD_Connection *connection,
                                const upload *picture) {
    char text[ANSWER_BYTES];
    set_due(on, connection, 0); /* the service owes an answer */
    unsigned status = classifier_run(on->with, picture->data, picture->bytes, text);
    set_due(on, connection, 1); /* to take the answer */
    return answer(connection, status, text);
}

/* Called for the header, for each piece of the body, and at its end. */
static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **context) {
    upload *picture = *context;
    (void)version;
    if (!picture) {
        return begin(arg, connection, path, method, (upload **)context);
    }
    if (*size == 0) {
        return classify(arg, connection, picture);
    }
    memcpy(picture->data + picture->bytes, data, *size);
    picture->bytes += *size;
    *size = 0;
    return MHD_YES;
}

/* The answer is sent, or the client is gone. */
static void on_completed(void *arg, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code) {
    service *on = arg;
    (void)code;
    free(*context);
    *context = NULL;
    set_due(on, connection, 1); /* to send the next request */
    on->active--;
}

/* ---- The service ---- */

static struct MHD_Daemon *listen_on(service *with, long port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return MHD_start_daemon(
        MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_ITC, 0, NULL, NULL,
        on_request, with, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS, MHD_OPTION_NOTIFY_COMPLETED, on_completed, with,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, with, MHD_OPTION_END);
}

/* Until a signal comes; then accepts no more, and waits for those that are there. */
static void serve(service *on, struct MHD_Daemon *daemon, const sigset_t *ends) {
    const struct timespec tick = {.tv_nsec = TICK * 1000000};
    while (sigtimedwait(ends, NULL, &tick) < 0) {
        cut_late(on);
    }
    on->stopping = 1;
    close(MHD_quiesce_daemon(daemon));
    for (double end = seconds() + GRACE; on->active > 0 && seconds() < end;) {
        nanosleep(&tick, NULL);
        cut_late(on);
    }
}

static int run(classifier *with, long port, const sigset_t *ends) {
    static service on = {.lock = PTHREAD_MUTEX_INITIALIZER};
    on.with = with;
    struct MHD_Daemon *daemon = listen_on(&on, port);
    if (!daemon) {
        fprintf(stderr, "service: cannot listen on port %ld\n", port);
        return EXIT_FAILURE;
    }
    printf("listening on http://127.0.0.1:%d\n",
           MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    serve(&on, daemon, ends);
    MHD_stop_daemon(daemon);
    return EXIT_SUCCESS;
}

/* The number in an argument that may be missing; -1 when it is not within the range. */
static long number(const char *text, long least, long most, long missing) {
    char *end = "";
    long value = text ? strtol(text, &end, 10) : missing;
    return *end == '\0' && value >= least && value <= most ? value : -1;
}

int main(int argc, char **argv) {
    long port = argc < 2 ? -1 : number(argv[2], 0, 65535, 8080);
    long at_a_time = port < 0 ? -1 : number(argc > 3 ? argv[3] : NULL, 1, 64, 2);
    if (argc > 4 || at_a_time < 0) {
        fprintf(stderr, "usage: service WEIGHTS [PORT [AT_A_TIME]]\n");
        return EXIT_FAILURE;
    }
    /* Blocked here, they are blocked in every thread, and sigtimedwait() gets them. */
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    classifier *with = classifier_open(argv[1], (int)at_a_time);
    if (!with) {
        return EXIT_FAILURE;
    }
    int code = run(with, port, &ends);
    classifier_close(with);
    return code;
}
