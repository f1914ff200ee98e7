/* request.c - see request.h. */
#include "request.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Letters, digits and what paths have; the rest could be anything. */
static void copy_harmless(char *to, size_t size, const char *from) {
    size_t i = 0;
    for (; i + 1 < size && from[i]; i++) {
        int harmless = isalnum((unsigned char)from[i]) || strchr("/._-", from[i]);
        to[i] = harmless ? from[i] : '?';
    }
    to[i] = '\0';
}

static void find_client(request *of) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(of->job.connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info && info->client_addr->sa_family == AF_INET) {
        const struct sockaddr_in *address = (const void *)info->client_addr;
        inet_ntop(AF_INET, &address->sin_addr, of->client, sizeof of->client);
    }
}

request *request_create(struct MHD_Connection *connection, const char *method, const char *path) {
    request *made = calloc(1, sizeof *made);
    if (made) {
        made->job.connection = connection;
        made->began = seconds();
        copy_harmless(made->method, sizeof made->method, method);
        copy_harmless(made->path, sizeof made->path, path);
        find_client(made);
    }
    return made;
}

void request_destroy(request *destroyed) {
    json_decref(destroyed->job.answer);
    free(destroyed->job.data);
    free(destroyed);
}

static struct MHD_Response *make_response(unsigned status, json_t *body) {
    char *text = body ? json_dumps(body, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    if (!text) {
        return NULL;
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    if (!response) {
        free(text);
        return NULL;
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    if (status == MHD_HTTP_SERVICE_UNAVAILABLE) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "1");
    }
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD, POST");
    }
    return response;
}

/* MHD_NO closes the connection, which is all that can be done without memory. */
enum MHD_Result request_answer(request *answered, unsigned status, json_t *body) {
    struct MHD_Response *response = make_response(status, body);
    json_decref(body);
    if (!response) {
        return MHD_NO;
    }
    answered->status = status;
    enum MHD_Result result = MHD_queue_response(answered->job.connection, status, response);
    MHD_destroy_response(response);
    return result;
}

void request_log(const request *logged, const char *end) {
    char now[32];
    struct timespec time;
    struct tm parts;
    const job *done = &logged->job;
    clock_gettime(CLOCK_REALTIME, &time);
    gmtime_r(&time.tv_sec, &parts);
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%S", &parts);
    fprintf(stderr,
            "{\"time\":\"%s.%03ldZ\",\"client\":\"%s\",\"method\":\"%s\",\"path\":\"%s\","
            "\"status\":%u,\"bytes\":%zu,\"ms\":%.3f,\"queue_ms\":%.3f,\"run_ms\":%.3f,"
            "\"end\":\"%s\"}\n",
            now, time.tv_nsec / 1000000, logged->client, logged->method, logged->path,
            logged->status, done->bytes, (seconds() - logged->began) * 1e3,
            (done->started - done->queued) * 1e3, (done->done - done->started) * 1e3, end);
}
