/* yaml_tree.c - turns libyaml's events into a tree and refuses what a description does not need.
 *
 *   MAPPING-START, SCALAR "name", SCALAR "tiny", MAPPING-END   ->   MAP { "name": SCALAR "tiny" }
 *
 * Only libyaml's event interface is used, which expands no aliases, so a small text cannot become a
 * large tree. The recursion is as deep as the document's nesting, which is checked before each step
 * down. The parser and its current event are freed with the arena.
 */
#include "yaml_tree.h"

#include <string.h>

#include <yaml.h>

#include "lines.h"

typedef struct Reader {
    Arena *arena;
    Diag *diag;
    const Source *source;
    yaml_parser_t parser;
    yaml_event_t event;
} Reader;

static void close_reader(void *what) {
    Reader *reader = what;
    yaml_event_delete(&reader->event);
    yaml_parser_delete(&reader->parser);
}

/* libyaml counts lines and columns from 0, Loc from 1; a place of several lines has no span. */
static Loc loc_between(const Reader *reader, yaml_mark_t start, yaml_mark_t end) {
    int span = end.line == start.line ? (int)(end.column - start.column) : 0;
    return (Loc){reader->source, (int)start.line + 1, (int)start.column + 1, span};
}

/* The place of the current event. */
static Loc loc_here(const Reader *reader) {
    return loc_between(reader, reader->event.start_mark, reader->event.end_mark);
}

static bool refuse(Reader *reader, const char *hint, const char *what) {
    return diag_at(reader->diag, DIAG_SYNTAX, loc_here(reader), hint, "%s", what);
}

/* The place of a byte, for errors that libyaml reports without a line. */
static Loc loc_of_byte(const Source *source, size_t offset) {
    Loc loc = {source, 1, 1, 0};
    for (size_t i = 0; i < offset && i < source->length; i++) {
        loc.col++;
        if (source->text[i] == '\n') {
            loc.line++;
            loc.col = 1;
        }
    }
    return loc;
}

/* Hints for the two usual mistakes that libyaml's own messages do not explain. */
static const char *syntax_hint(const Reader *reader) {
    const yaml_parser_t *parser = &reader->parser;
    size_t at = parser->problem_mark.index;
    if (parser->error == YAML_SCANNER_ERROR && at < reader->source->length &&
        reader->source->text[at] == '\t') {
        return "YAML is indented with spaces, not with tabs";
    }
    if (parser->problem && strstr(parser->problem, "expected ':'")) {
        return "a key is followed by a colon and a space; the line above may lack them";
    }
    return NULL;
}

/* libyaml's message with its place. Running out of memory is not a mistake in the text. */
static bool report_parser(Reader *reader) {
    const yaml_parser_t *parser = &reader->parser;
    if (parser->error == YAML_MEMORY_ERROR) {
        arena_fail(reader->arena);
    }
    Loc loc = parser->error == YAML_READER_ERROR
                  ? loc_of_byte(reader->source, parser->problem_offset)
                  : loc_between(reader, parser->problem_mark, parser->problem_mark);
    return diag_at(reader->diag, DIAG_SYNTAX, loc, syntax_hint(reader), "%s%s%s", parser->problem,
                   parser->context ? " " : "", parser->context ? parser->context : "");
}

/* Replaces the current event by the next one; false after a diagnostic. */
static bool next_event(Reader *reader) {
    yaml_event_delete(&reader->event);
    return yaml_parser_parse(&reader->parser, &reader->event) || report_parser(reader);
}

/* Refuses aliases, anchors and tags, which any value may carry. */
static bool allowed(Reader *reader) {
    const yaml_event_t *event = &reader->event;
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (event->type == YAML_ALIAS_EVENT) {
        return refuse(reader, "write the value again", "aliases are not allowed");
    } else if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    if (anchor) {
        return refuse(reader, "write the value again", "anchors are not allowed");
    }
    return !tag || refuse(reader, "each key knows the type of its value", "tags are not allowed");
}

/* A node at the place of the current event. */
static Tree *new_tree(Reader *reader, TreeKind kind) {
    Tree *tree = NEW(reader->arena, Tree);
    tree->kind = kind;
    tree->loc = loc_here(reader);
    return tree;
}

/* Control characters can enter by escapes in double quotes; they would end up in generated code. */
static Tree *read_scalar(Reader *reader) {
    size_t length = reader->event.data.scalar.length;
    const char *text = (const char *)reader->event.data.scalar.value;
    if (length > LIMIT_YAML_SCALAR) {
        diag_at(reader->diag, DIAG_SYNTAX, loc_here(reader), NULL,
                "a value of %zu bytes; at most %d are allowed", length, LIMIT_YAML_SCALAR);
        return NULL;
    }
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] < ' ' || text[i] == 127) {
            refuse(reader, "a value is one line of text", "a control character in a value");
            return NULL;
        }
    }
    Tree *tree = new_tree(reader, TREE_SCALAR);
    tree->text = arena_strndup(reader->arena, text, length);
    tree->plain = reader->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return tree;
}

static Tree *read_node(Reader *reader, int depth);

/* count is the length before; the caller counts. */
static void append(Arena *arena, Tree ***list, int count, Tree *tree) {
    *list = arena_room(arena, *list, count, sizeof(Tree *));
    (*list)[count] = tree;
}

/* Reads items up to the end event, which stays current. */
static Tree *read_list(Reader *reader, int depth) {
    Tree *tree = new_tree(reader, TREE_LIST);
    while (next_event(reader)) {
        if (reader->event.type == YAML_SEQUENCE_END_EVENT) {
            return tree;
        }
        if (tree->count == LIMIT_YAML_ITEMS) {
            diag_at(reader->diag, DIAG_SYNTAX, loc_here(reader), NULL,
                    "a list of more than %d items", LIMIT_YAML_ITEMS);
            return NULL;
        }
        Tree *item = read_node(reader, depth + 1);
        if (!item) {
            return NULL;
        }
        append(reader->arena, &tree->items, tree->count++, item);
    }
    return NULL;
}

/* Whether a key may be added to a map; false after a diagnostic. */
static bool new_key(Reader *reader, const Tree *map, const Tree *key) {
    if (key->kind != TREE_SCALAR) {
        return diag_at(reader->diag, DIAG_SYNTAX, key->loc, NULL, "a key must be one word");
    }
    if (map->count == LIMIT_YAML_KEYS) {
        return diag_at(reader->diag, DIAG_SYNTAX, key->loc, NULL, "a mapping of more than %d keys",
                       LIMIT_YAML_KEYS);
    }
    for (int i = 0; i < map->count; i++) {
        if (strcmp(map->keys[i]->text, key->text) == 0) {
            const char *hint =
                arena_printf(reader->arena, "it first stands in line %d", map->keys[i]->loc.line);
            return diag_at(reader->diag, DIAG_SYNTAX, key->loc, hint, "duplicate key '%s'",
                           key->text);
        }
    }
    return true;
}

/* Reads keys and values in turn up to the end event, which stays current. */
static Tree *read_map(Reader *reader, int depth) {
    Tree *tree = new_tree(reader, TREE_MAP);
    while (next_event(reader)) {
        if (reader->event.type == YAML_MAPPING_END_EVENT) {
            return tree;
        }
        Tree *key = read_node(reader, depth + 1);
        if (!key || !new_key(reader, tree, key) || !next_event(reader)) {
            return NULL;
        }
        Tree *value = read_node(reader, depth + 1);
        if (!value) {
            return NULL;
        }
        append(reader->arena, &tree->keys, tree->count, key);
        append(reader->arena, &tree->items, tree->count++, value);
    }
    return NULL;
}

/* Reads the node that begins with the current event. depth: 1 for the document's content. */
static Tree *read_node(Reader *reader, int depth) {
    if (!allowed(reader)) {
        return NULL;
    }
    if (depth > LIMIT_YAML_DEPTH) {
        diag_at(reader->diag, DIAG_SYNTAX, loc_here(reader), NULL, "nested more than %d deep",
                LIMIT_YAML_DEPTH);
        return NULL;
    }
    switch (reader->event.type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(reader);
    case YAML_SEQUENCE_START_EVENT:
        return read_list(reader, depth);
    case YAML_MAPPING_START_EVENT:
        return read_map(reader, depth);
    default:
        internal_error("read_yaml", "event %d where a value begins", (int)reader->event.type);
    }
}

/* The event that opens the document is current; afterwards it is the first of its content. */
static bool open_document(Reader *reader) {
    if (reader->event.type == YAML_STREAM_END_EVENT) {
        return refuse(reader, NULL, "the description is empty");
    }
    const yaml_event_t *event = &reader->event;
    if (event->data.document_start.version_directive ||
        event->data.document_start.tag_directives.start !=
            event->data.document_start.tag_directives.end) {
        return refuse(reader, NULL, "directives are not allowed");
    }
    return next_event(reader);
}

/* After the content come the document's end and the stream's; another document is refused. */
static bool end_of_stream(Reader *reader) {
    if (!next_event(reader) || !next_event(reader)) { /* the document's end, what follows */
        return false;
    }
    return reader->event.type == YAML_STREAM_END_EVENT ||
           refuse(reader, NULL, "a second document; one file holds one description");
}

/* The encoding is set, so that libyaml does not guess UTF-16 from the first bytes. */
static Reader *open_reader(Arena *arena, Diag *diag, const Source *source) {
    Reader *reader = NEW(arena, Reader);
    reader->arena = arena;
    reader->diag = diag;
    reader->source = source;
    if (!yaml_parser_initialize(&reader->parser)) {
        arena_fail(arena);
    }
    arena_defer(arena, close_reader, reader);
    yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader->parser, (const unsigned char *)source->text,
                                 source->length);
    return reader;
}

/* libyaml compares each directive with those before it, and tells of them only behind the last. */
static bool few_directives(Diag *diag, const Source *source) {
    int count = 0;
    for (Line line = {.source = source}; next_line(&line);) {
        count += line.length > 0 && line.text[0] == '%';
        if (count > LIMIT_YAML_DIRECTIVES) {
            Loc loc = {source, line.number, 1, 0};
            return diag_at(diag, DIAG_SYNTAX, loc, "directives are not allowed: remove them",
                           "more than %d lines begin with %%", LIMIT_YAML_DIRECTIVES);
        }
    }
    return true;
}

Tree *read_yaml(Arena *arena, Diag *diag, const Source *source) {
    if (!few_directives(diag, source)) {
        return NULL;
    }
    Reader *reader = open_reader(arena, diag, source);
    /* The first event opens the stream, the second the document or ends the stream. */
    if (!next_event(reader) || !next_event(reader) || !open_document(reader)) {
        return NULL;
    }
    Tree *tree = read_node(reader, 1);
    return tree && end_of_stream(reader) ? tree : NULL;
}

const Tree *tree_value(const Tree *map, const char *key) {
    for (int i = 0; i < map->count; i++) {
        if (strcmp(map->keys[i]->text, key) == 0) {
            return map->items[i];
        }
    }
    return NULL;
}
