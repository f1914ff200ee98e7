/* report_page.c - template with holes -> one HTML page that needs nothing but itself.
 *
 *   <title>{{title}}</title>              <title>xnc report: a &lt; b</title>
 *   <style>{{page.css}}</style>     ->    <style>:root { ... }</style>
 *   <script ...>{{data}}</script>         <script ...>{"name": "\u003c/script>"}</script>
 *
 * Style, scripts and data are all inside of the page, so it can be mailed and opened offline.
 */
#include "report_page.h"

#include <stdlib.h>
#include <string.h>

#include "embed.h"

/* A file of the page's folder that the tool carries (embed.h); the template names only such. */
static const EmbeddedFile *part(const char *name, size_t length) {
    static const char folder[] = "compiler/report/page/";
    for (size_t i = 0; i < embedded_files_count; i++) {
        const EmbeddedFile *file = &embedded_files[i];
        const char *own = file->path + strlen(folder);
        if (strncmp(file->path, folder, strlen(folder)) == 0 && strlen(own) == length &&
            memcmp(own, name, length) == 0) {
            return file;
        }
    }
    internal_error("report_page", "no part of the page is called %.*s", (int)length, name);
}

/* Text between tags; it is never put into an attribute, so quotes stay. */
static void put_escaped(FILE *out, const char *text) {
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

/* A '<' of JSON is always inside a string, where \u003c means the same. Without '<' the text
 * contains neither "</script" nor "<!--", the two that end or change a script element in HTML. */
static void put_json(FILE *out, Arena *arena, const json_t *data) {
    char *text = json_dumps(data, JSON_COMPACT | JSON_REAL_PRECISION(9));
    if (!text) {
        arena_fail(arena);
    }
    for (const char *at = text; *at; at++) {
        if (*at == '<') {
            fputs("\\u003c", out);
        } else {
            fputc(*at, out);
        }
    }
    free(text);
}

static bool is_hole(const char *name, size_t length, const char *wanted) {
    return strlen(wanted) == length && memcmp(name, wanted, length) == 0;
}

void report_page(FILE *out, Arena *arena, const char *title, const json_t *data) {
    const char *at = part("page.html", strlen("page.html"))->text;
    for (const char *hole = strstr(at, "{{"); hole; hole = strstr(at, "{{")) {
        fwrite(at, 1, (size_t)(hole - at), out);
        const char *name = hole + 2;
        size_t length = strcspn(name, "}");
        if (is_hole(name, length, "title")) {
            put_escaped(out, title);
        } else if (is_hole(name, length, "data")) {
            put_json(out, arena, data);
        } else {
            const EmbeddedFile *file = part(name, length);
            fwrite(file->text, 1, file->size, out);
        }
        at = name + length + 2;
    }
    fputs(at, out);
}
