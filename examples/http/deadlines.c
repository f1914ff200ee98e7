/* deadlines.c - see deadlines.h. */
#include "deadlines.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "workers.h"

void deadlines_init(deadlines *made, double allowed) {
    *made = (deadlines){.allowed = allowed};
    made->list.next = made->list.previous = &made->list;
    pthread_mutex_init(&made->lock, NULL);
}

void deadlines_destroy(deadlines *destroyed) {
    pthread_mutex_destroy(&destroyed->lock);
}

deadline *deadlines_add(deadlines *to, int socket) {
    deadline *added = malloc(sizeof *added);
    if (added) {
        pthread_mutex_lock(&to->lock);
        *added = (deadline){to->list.next, &to->list, socket, seconds() + to->allowed};
        added->next->previous = to->list.next = added;
        pthread_mutex_unlock(&to->lock);
    }
    return added;
}

void deadlines_remove(deadlines *from, deadline *removed) {
    if (removed) {
        pthread_mutex_lock(&from->lock);
        removed->next->previous = removed->previous;
        removed->previous->next = removed->next;
        pthread_mutex_unlock(&from->lock);
        free(removed);
    }
}

static void set(deadlines *of, deadline *which, double at) {
    if (which) {
        pthread_mutex_lock(&of->lock);
        which->at = at;
        pthread_mutex_unlock(&of->lock);
    }
}

void deadlines_pause(deadlines *of, deadline *paused) {
    set(of, paused, 0);
}

void deadlines_restart(deadlines *of, deadline *restarted) {
    set(of, restarted, seconds() + of->allowed);
}

/* The socket is only shut down here: libmicrohttpd sees its end and closes it, and tells so before
 * it does, so that under the lock the number cannot belong to another connection. */
int deadlines_enforce(deadlines *of) {
    int cut = 0;
    double now = seconds();
    pthread_mutex_lock(&of->lock);
    for (deadline *each = of->list.next; each != &of->list; each = each->next) {
        if (each->at > 0 && each->at < now) {
            shutdown(each->socket, SHUT_RDWR);
            each->at = 0;
            cut++;
        }
    }
    pthread_mutex_unlock(&of->lock);
    return cut;
}
