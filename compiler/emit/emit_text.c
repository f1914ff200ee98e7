/* emit_text.c - writes lines of C, broken at the margin the way clang-format breaks them.
 *
 *   call(aaa, bbb, ccc);      becomes      call(aaa, bbb,
 *                                               ccc);
 *
 * A line is broken behind a comma of its outermost call, and what follows is aligned with the first
 * argument; when there is no call, behind an operator. This covers the statements that the emitter
 * writes, not all of C; a test runs clang-format over the result. Breaking changes white space
 * only, never inside a string.
 */
#include <string.h>

#include "emit_internal.h"

/* Where a line is broken. */
typedef struct Break {
    int at;     /* index of the space that becomes the end of the line; -1: nowhere */
    int column; /* from 0: where the rest of the line starts on the next one */
} Break;

/* Whether the space at this index follows a binary operator. */
static bool is_operator_end(const char *text, int at) {
    return text[at] == ' ' && at > 0 && strchr("+-*/%&|<>=?", text[at - 1]) != NULL;
}

/* Whether breaking at this space is better than the best place so far: in fewer or as many
 * parentheses, behind a comma rather than behind an operator, and the later of two equals. What
 * follows must move to the left (column <= at), or the line would get no shorter and breaking would
 * not end. */
static bool is_better(const char *text, int at, int column, int depth, int best_depth,
                      bool best_comma) {
    if (text[at] != ' ' || at == 0 || column > at || depth > best_depth) {
        return false;
    }
    return text[at - 1] == ',' || (is_operator_end(text, at) && !best_comma);
}

/* The last place within the margin where parentheses are as few as possible. columns[depth] is
 * where a line that goes on inside of so many parentheses is aligned: behind the open one; outside
 * of all, behind " = ". Deeper than 63 parentheses only the alignment would suffer. */
static Break find_break(const char *text, int start, int margin) {
    Break best = {-1, 0};
    int columns[64] = {start}, depth = 0, best_depth = 64;
    bool best_comma = false, in_string = false;
    for (int i = start; text[i] && i <= margin; i++) {
        in_string ^= text[i] == '"';
        if (in_string) {
            continue;
        }
        if (text[i] == '(' && depth < 63) {
            columns[++depth] = i + 1;
        } else if (text[i] == ')') {
            depth -= depth > 0;
        }
        if (depth == 0 && i > start + 1 && strncmp(text + i - 2, " = ", 3) == 0) {
            columns[0] = i + 1;
        } else if (is_better(text, i, columns[depth], depth, best_depth, best_comma)) {
            best = (Break){i, columns[depth]};
            best_depth = depth;
            best_comma = text[i - 1] == ',';
        }
    }
    /* A value without commas moves to a line of its own when it fits there. */
    int moved = (int)strlen(text) - columns[0] + start + EMIT_INDENT;
    if (!best_comma && columns[0] > start && moved <= margin) {
        return (Break){columns[0] - 1, start + EMIT_INDENT};
    }
    return best;
}

/* Spaces in front of the text. */
static int indent_of(const char *text) {
    return (int)strspn(text, " ");
}

/* Breaks until the rest fits; a line without a place to break stays too long. */
void emit_line(const Emit *emit, int depth, const char *text) {
    const char *line = arena_printf(emit->arena, "%*s%s", depth * EMIT_INDENT, "", text);
    while (strlen(line) > EMIT_COLUMNS) {
        Break found = find_break(line, indent_of(line), EMIT_COLUMNS);
        if (found.at < 0) {
            break;
        }
        fprintf(emit->out, "%.*s\n", found.at, line);
        line = arena_printf(emit->arena, "%*s%s", found.column, "", line + found.at + 1);
    }
    fprintf(emit->out, "%s\n", line);
}

void emit_linef(const Emit *emit, int depth, const char *format, ...) {
    va_list args;
    va_start(args, format);
    emit_line(emit, depth, arena_vprintf(emit->arena, format, args));
    va_end(args);
}

/* Length of the text that fits a line of so many columns: up to a newline or the last space. */
static int filled_length(const char *text, int columns) {
    int line = (int)strcspn(text, "\n");
    if (line <= columns) {
        return line;
    }
    int fit = columns;
    while (fit > 0 && text[fit] != ' ') {
        fit--;
    }
    return fit > 0 ? fit : line;
}

/* One line when it fits in its frame of six characters; else filled lines, newlines of the text
 * kept. */
void emit_comment(const Emit *emit, int depth, const char *text) {
    int indent = depth * EMIT_INDENT;
    int length = (int)strlen(text);
    if (!strchr(text, '\n') && indent + length + 6 <= EMIT_COLUMNS) {
        fprintf(emit->out, "%*s/* %s */\n", indent, "", text);
        return;
    }
    for (const char *lead = "/*"; *text; lead = " *") {
        int fit = filled_length(text, EMIT_COLUMNS - indent - 3);
        fprintf(emit->out, "%*s%s%s%.*s\n", indent, "", lead, fit ? " " : "", fit, text);
        text += fit;
        text += *text == ' ' || *text == '\n';
    }
    fprintf(emit->out, "%*s */\n", indent, "");
}
