/* lines.c - a text -> its lines, one call each.
 *
 *   "cat\r\n\ndog"  ->  1: "cat", 2: "", 3: "dog"
 *
 * The line itself is the position: the next one starts after its end and its newline. A newline at
 * the end of the text begins no further line.
 */
#include "lines.h"

#include <string.h>

bool next_line(Line *line) {
    const char *end = line->source->text + line->source->length;
    const char *start = line->number ? line->text + line->length : line->source->text;
    if (line->number) {
        start += start < end && *start == '\r';
        start += start < end;
    }
    if (start == end) {
        return false;
    }
    const char *stop = memchr(start, '\n', (size_t)(end - start));
    line->text = start;
    line->length = (size_t)((stop ? stop : end) - start);
    line->length -= line->length > 0 && start[line->length - 1] == '\r';
    line->number++;
    return true;
}
