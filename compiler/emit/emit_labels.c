/* emit_labels.c - the names of the classes -> NAME_LABELS, an array of strings in NAME.h.
 *
 *   caf<C3><A9> "au lait"?   ->   "caf\303\251 \"au lait\"\?",
 *
 * Bytes beyond ASCII are written in octal, so that the text means the same whatever character set a
 * compiler takes its source for; an escape of three digits never takes in what follows. Question
 * marks are escaped because two of them begin a trigraph. Long names are cut into pieces, which C
 * joins again.
 */
#include <inttypes.h>
#include <string.h>

#include "emit_internal.h"

/* One byte of a string of C: 1 to 4 characters and a NUL. */
static void escape(unsigned char byte, char text[5]) {
    if (byte < 0x20 || byte >= 0x7f) {
        snprintf(text, 5, "\\%03o", (unsigned)byte);
    } else if (strchr("\"\\?", byte)) {
        snprintf(text, 5, "\\%c", byte);
    } else {
        snprintf(text, 5, "%c", byte);
    }
}

/* A string that keeps to the margin; it ends with a comma. */
static void emit_label(const Emit *emit, const char *label) {
    enum { MARKS = 3 /* two quotes and a comma */ };
    int column = EMIT_INDENT + MARKS;
    fprintf(emit->out, "%*s\"", EMIT_INDENT, "");
    for (const char *at = label; *at; at++) {
        char text[5];
        escape((unsigned char)*at, text);
        column += (int)strlen(text);
        if (column > EMIT_COLUMNS) {
            fprintf(emit->out, "\"\n%*s\"", EMIT_INDENT, "");
            column = EMIT_INDENT + MARKS + (int)strlen(text);
        }
        fputs(text, emit->out);
    }
    fputs("\",\n", emit->out);
}

void emit_labels(const Emit *emit, const char *upper) {
    const EmitOptions *options = emit->options;
    fputc('\n', emit->out);
    emit_comment(emit, 0, "Names of the classes, in UTF-8; xnc_model_labels() gives them too.");
    fprintf(emit->out, "static const char *const %s_LABELS[%s_CLASSES] = {\n", upper, upper);
    for (int64_t i = 0; i < options->n_labels; i++) {
        emit_label(emit, options->labels[i]);
    }
    fputs("};\n", emit->out);
}
