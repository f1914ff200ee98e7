/* verify.c - reports broken invariants and walks over nodes, for the checks in verify_*.c. */
#include "verify.h"

#include <stdarg.h>

void broken(Verify *verify, const char *where, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(verify->out, "invariant %d: %s: ", verify->number, where);
    vfprintf(verify->out, format, args);
    fputc('\n', verify->out);
    va_end(args);
    verify->fine = false;
}

bool reached(const Verify *verify, Stage stage) {
    return verify->graph->stage >= stage;
}

bool is_output(const Graph *graph, const Value *value) {
    for (int i = 0; i < graph->n_outputs; i++) {
        if (graph->outputs[i] == value) {
            return true;
        }
    }
    return false;
}

void verify_each(Verify *verify, const NodeList *list, void visit(Verify *verify, Node *node)) {
    for (int i = 0; i < list->count; i++) {
        verify_each(verify, &list->at[i]->body, visit);
        visit(verify, list->at[i]);
    }
}
