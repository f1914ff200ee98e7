/* emit_names.c - the name of a network -> the prefix of its symbols, macros and files.
 *
 *   "xception41.tf" -> "xception41_tf"     "math" -> "mmath"     "2net" -> "m2net"
 *
 * NAME.h is found by -I like a header of the system, NAME_H is its guard, NAME_model a symbol. So a
 * name must not be that of a header (taken.def), nor begin like what the runtime calls its own, nor
 * make reserved identifiers: those that begin with an underscore or hold two in a row.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "emit_internal.h"

typedef struct Taken {
    const char *name, *why;
} Taken;

static const Taken headers[] = {
#define TAKEN(name, whose) {#name, "<" #name ".h> is a header of " whose},
#include "headers.def"
#include "taken.def"
#undef TAKEN
};

static bool ends_with(const char *name, const char *end) {
    size_t length = strlen(name), behind = strlen(end);
    return length >= behind && strcasecmp(name + length - behind, end) == 0;
}

const char *emit_name_taken(const char *name) {
    if (strcasecmp(name, "xnc") == 0 || strncasecmp(name, "xnc_", 4) == 0) {
        return "the runtime's names begin like that";
    }
    if (*name == '_' || ends_with(name, "_") || strstr(name, "__")) {
        return "C or C++ reserve names that begin with _ or would hold __";
    }
    if (ends_with(name, "intrin")) {
        return "headers of C compilers end like that";
    }
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        if (strcasecmp(headers[i].name, name) == 0) {
            return headers[i].why;
        }
    }
    return NULL;
}

/* Letters, digits and single underscores between them. */
static char *plain_name(Arena *arena, const char *name) {
    char *text = arena_strdup(arena, name);
    size_t length = 0;
    for (const char *at = name; *at; at++) {
        bool plain = isalnum((unsigned char)*at);
        if (plain || (length > 0 && text[length - 1] != '_')) {
            text[length++] = (char)(plain ? *at : '_');
        }
    }
    length -= length > 0 && text[length - 1] == '_';
    text[length] = '\0';
    return text;
}

const char *emit_identifier(Arena *arena, const char *name) {
    const char *text = plain_name(arena, name);
    if (*text == '\0' || isdigit((unsigned char)*text) || emit_name_taken(text)) {
        text = arena_printf(arena, "m%s", text);
    }
    return emit_name_taken(text) ? arena_printf(arena, "%s_net", text) : text;
}
