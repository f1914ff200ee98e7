/* service.c - see service.h.
 *
 * libmicrohttpd has one thread, which calls the functions here: at the header of a request, for
 * each piece of its body, at the end of the body, and again when a worker has resumed the
 * connection.
 */
#include "service.h"

#include <arpa/inet.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "deadlines.h"
#include "request.h"

struct service {
    const settings *with;
    workers *to;
    struct MHD_Daemon *daemon;
    deadlines late;
    atomic_int active; /* requests that are not yet answered */
    atomic_int draining;
};

static deadline *deadline_of(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* ---- Requests ---- */

static enum MHD_Result refuse(request *refused, unsigned status, const char *why) {
    return request_answer(refused, status, error_body(why));
}

static enum MHD_Result answer_health(const service *of, request *asked) {
    int good = !of->draining;
    json_t *body = json_pack("{s:s, s:i}", "status", good ? "ok" : "stopping", "waiting",
                             workers_waiting(of->to));
    return request_answer(asked, good ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, body);
}

/* The header of a picture has come: is its body welcome? */
static enum MHD_Result begin_picture(const service *on, request *begun) {
    const char *text = MHD_lookup_connection_value(begun->job.connection, MHD_HEADER_KIND,
                                                   MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (!text) {
        return refuse(begun, MHD_HTTP_LENGTH_REQUIRED, "the length of the picture is needed");
    }
    /* libmicrohttpd has checked that it is a number. */
    unsigned long long length = strtoull(text, NULL, 10);
    if (length == 0) {
        return refuse(begun, MHD_HTTP_BAD_REQUEST, "there is no picture in the request");
    }
    if (length > (unsigned long long)on->with->body) {
        return refuse(begun, MHD_HTTP_CONTENT_TOO_LARGE, "the picture has too many bytes");
    }
    if (on->draining) {
        return refuse(begun, MHD_HTTP_SERVICE_UNAVAILABLE, "the service stops");
    }
    begun->job.data = malloc((size_t)length);
    return begun->job.data ? MHD_YES : MHD_NO;
}

static enum MHD_Result begin(service *on, request *begun, const char *path, const char *method) {
    int picture = strcmp(path, "/classify") == 0, health = strcmp(path, "/health") == 0;
    int reads =
        strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    if (!picture && !health) {
        return refuse(begun, MHD_HTTP_NOT_FOUND, "there are /classify and /health");
    }
    if (health && reads) {
        return MHD_YES; /* answered when it is complete, so that the connection stays open */
    }
    if (picture && strcmp(method, MHD_HTTP_METHOD_POST) == 0) {
        return begin_picture(on, begun);
    }
    return refuse(begun, MHD_HTTP_METHOD_NOT_ALLOWED, "POST /classify or GET /health");
}

/* The body cannot be longer than its header said: libmicrohttpd sees to that. One that nobody asked
 * for is dropped. */
static void receive(request *receiving, const char *data, size_t *size) {
    job *to = &receiving->job;
    if (to->data) {
        memcpy((char *)to->data + to->bytes, data, *size);
        to->bytes += *size;
    }
    *size = 0;
}

/* The request has arrived. */
static enum MHD_Result submit(service *on, request *complete) {
    deadlines_pause(&on->late, deadline_of(complete->job.connection));
    if (!complete->job.data) {
        return answer_health(on, complete);
    }
    complete->submitted = workers_submit(on->to, &complete->job);
    return complete->submitted
               ? MHD_YES
               : refuse(complete, MHD_HTTP_SERVICE_UNAVAILABLE, "too many pictures are waiting");
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **context) {
    service *on = arg;
    request *handled = *context;
    (void)version;
    if (!handled) {
        handled = *context = request_create(connection, method, path);
        if (!handled) {
            return MHD_NO;
        }
        on->active++;
        return begin(on, handled, path, method);
    }
    if (*size > 0) {
        receive(handled, data, size);
        return MHD_YES;
    }
    if (!handled->submitted) {
        return submit(on, handled);
    }
    json_t *answer = handled->job.answer;
    handled->job.answer = NULL;
    return request_answer(handled, handled->job.status, answer);
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code) {
    static const char *const ends[] = {"done", "error", "timeout", "stopped", "cut", "cut"};
    service *on = arg;
    request *completed = *context;
    if (completed) {
        request_log(completed, ends[code]);
        deadlines_restart(&on->late, deadline_of(connection));
        request_destroy(completed);
        *context = NULL;
        on->active--;
    }
}

static void on_connection(void *arg, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code) {
    service *on = arg;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        deadlines_remove(&on->late, *context);
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *context = info ? deadlines_add(&on->late, info->connect_fd) : NULL;
}

/* ---- The service ---- */

static struct MHD_Daemon *start(service *of, const struct sockaddr_in *address) {
    const settings *with = of->with;
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
                            on_request, of, MHD_OPTION_SOCK_ADDR, address,
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, of,
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, of,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)with->connections,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)with->timeout, MHD_OPTION_END);
}

service *service_start(const settings *with, workers *to) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)with->port)};
    service *made = calloc(1, sizeof *made);
    if (!made || inet_pton(AF_INET, with->address, &address.sin_addr) != 1) {
        fprintf(stderr, "service: --address is an IPv4 address, not '%s'\n", with->address);
        free(made);
        return NULL;
    }
    made->with = with;
    made->to = to;
    deadlines_init(&made->late, (double)with->timeout);
    made->daemon = start(made, &address);
    if (!made->daemon) {
        fprintf(stderr, "service: cannot listen on %s:%ld\n", with->address, with->port);
        service_destroy(made);
        return NULL;
    }
    return made;
}

unsigned service_port(const service *of) {
    return MHD_get_daemon_info(of->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void service_tick(service *on) {
    deadlines_enforce(&on->late);
}

void service_drain(service *drained, double most) {
    double end = seconds() + most;
    if (!atomic_exchange(&drained->draining, 1)) {
        close(MHD_quiesce_daemon(drained->daemon));
    }
    while (drained->active > 0 && seconds() < end) {
        usleep(10000);
        service_tick(drained);
    }
}

void service_destroy(service *destroyed) {
    if (destroyed->daemon) {
        MHD_stop_daemon(destroyed->daemon);
    }
    deadlines_destroy(&destroyed->late);
    free(destroyed);
}
