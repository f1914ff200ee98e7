/* run_text.c - runs one text test of the graph level. A test is one file:
 *
 *   purpose: what it shows
 *   --- graph          the text that is parsed
 *   --- prints         what print_graph() then writes
 *   --- infers         what it writes after infer_graph()
 *   --- errors         what parsing and inferring tell the person
 *   --- broken         what verify_graph() says; empty when all invariants hold
 *   --- values         NAME = numbers, for the input and the parameters
 *   --- expect         NAME = numbers: the node's result, bit for bit as %.9g reads
 *
 * Only graph must be there. Every graph that can be parsed must print, after printing and parsing
 * again, and after copying, as before.
 */
#include "ir.h"
#include "text_stream.h"
#include "whole_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SECTIONS = 8, MOST_VECTORS = 64 };

typedef struct Section {
    const char *name, *text;
    size_t length;
} Section;

typedef struct Vector {
    const char *name;
    double *numbers;
    int count;
    bool used;
} Vector;

typedef struct Test {
    Arena *arena;
    const char *path;
    Section sections[MOST_SECTIONS];
    int n_sections;
    Vector values[MOST_VECTORS], expect[MOST_VECTORS];
    int n_values, n_expect;
    int failures;
} Test;

static void fail(Test *test, const char *what, const char *expected, const char *found) {
    printf("%s: %s\n--- expected\n%s--- found\n%s", test->path, what, expected, found);
    test->failures++;
}

static void cut_sections(Test *test, char *text) {
    for (char *at = strstr(text, "--- "); at;) {
        char *end = strchr(at, '\n');
        *end = '\0';
        char *next = strstr(end + 1, "\n--- ");
        char *stop = next ? next + 1 : end + 1 + strlen(end + 1);
        Section *section = &test->sections[test->n_sections++];
        *section = (Section){at + 4, end + 1, (size_t)(stop - end - 1)};
        at = next ? stop : NULL;
    }
}

static const Section *find_section(const Test *test, const char *name) {
    for (int i = 0; i < test->n_sections; i++) {
        if (strcmp(test->sections[i].name, name) == 0) {
            return &test->sections[i];
        }
    }
    return NULL;
}

static char *section_text(const Test *test, const Section *section) {
    return arena_strndup(test->arena, section->text, section->length);
}

/* Lines of NAME = numbers. */
static int read_vectors(Test *test, const char *name, Vector *vectors) {
    const Section *section = find_section(test, name);
    if (!section) {
        return 0;
    }
    int count = 0;
    char *lines = section_text(test, section), *rest;
    for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *equals = strchr(line, '=');
        if (!equals) {
            continue;
        }
        Vector *vector = &vectors[count++];
        vector->name = arena_strndup(test->arena, line, strcspn(line, " ="));
        vector->numbers = NEW_ARRAY(test->arena, double, strlen(line));
        char *at = equals + 1, *end;
        for (double number = strtod(at, &end); end != at; number = strtod(at, &end)) {
            vector->numbers[vector->count++] = number;
            at = end;
        }
    }
    return count;
}

static Vector *find_vector(Vector *vectors, int count, const char *name) {
    for (int i = 0; i < count; i++) {
        if (strcmp(vectors[i].name, name) == 0) {
            return &vectors[i];
        }
    }
    return NULL;
}

static char *printed(Arena *arena, const Graph *graph) {
    TextStream *stream = text_stream_open(arena);
    print_graph(text_stream_file(stream), graph);
    return text_stream_close(stream, NULL);
}

static void compare(Test *test, const char *name, const char *found) {
    const Section *section = find_section(test, name);
    if (section && strcmp(section_text(test, section), found) != 0) {
        fail(test, name, section_text(test, section), found);
    }
}

static void check_round_trip(Test *test, const Graph *graph) {
    const char *first = printed(test->arena, graph);
    Source source = {"printed", first, strlen(first)};
    Graph *again = parse_graph(test->arena, diag_create(test->arena, stdout), &source);
    const char *second = again ? printed(test->arena, again) : "(does not parse)\n";
    if (strcmp(first, second) != 0) {
        fail(test, "round trip", first, second);
    }
    Arena *other = arena_create();
    const char *copied = printed(other, graph_copy(other, graph));
    if (strcmp(first, copied) != 0) {
        fail(test, "copy", first, copied);
    }
    arena_destroy(other);
}

static const double *read_param(void *context, const char *name, int64_t count) {
    Test *test = context;
    Vector *vector = find_vector(test->values, test->n_values, name);
    if (!vector || vector->count != count) {
        printf("%s: values of %s: expected %lld\n", test->path, name, (long long)count);
        return NULL;
    }
    return vector->numbers;
}

static char *float_text(Arena *arena, const float *data, int64_t count) {
    char *text = arena_alloc(arena, (size_t)count * 24 + 2);
    size_t used = 0;
    for (int64_t i = 0; i < count; i++) {
        used += (size_t)snprintf(text + used, 24, " %.9g", (double)data[i]);
    }
    text[used] = '\n';
    return text;
}

static void watch(void *context, const Node *node, const float *data, const Shape *shape) {
    Test *test = context;
    Vector *vector = find_vector(test->expect, test->n_expect, node->name);
    if (!vector) {
        return;
    }
    vector->used = true;
    float *wanted = NEW_ARRAY(test->arena, float, vector->count);
    for (int i = 0; i < vector->count; i++) {
        wanted[i] = (float)vector->numbers[i];
    }
    int64_t count = shape_elements(shape);
    const char *found = float_text(test->arena, data, count);
    const char *expected = float_text(test->arena, wanted, vector->count);
    if (strcmp(found, expected) != 0) {
        fail(test, node->name, expected, found);
    }
}

static void check_values(Test *test, const Graph *graph) {
    test->n_values = read_vectors(test, "values", test->values);
    test->n_expect = read_vectors(test, "expect", test->expect);
    if (!test->n_expect) {
        return;
    }
    Vector *input = find_vector(test->values, test->n_values, graph->input->name);
    float *data = NEW_ARRAY(test->arena, float, shape_elements(&graph->input->shape));
    if (!input || input->count != shape_elements(&graph->input->shape)) {
        fail(test, "values of the input", "", "");
        return;
    }
    for (int i = 0; i < input->count; i++) {
        data[i] = (float)input->numbers[i];
    }
    const InterpRequest request = {.input = data,
                                   .read = read_param,
                                   .read_context = test,
                                   .watch = watch,
                                   .watch_context = test};
    if (!interp_graph(test->arena, graph, &request, NULL)) {
        fail(test, "interpreting", "", "");
    }
    for (int i = 0; i < test->n_expect; i++) {
        if (!test->expect[i].used) {
            fail(test, "no such node", test->expect[i].name, "\n");
        }
    }
}

static void check_broken(Test *test, const Graph *graph) {
    if (!find_section(test, "broken")) {
        return;
    }
    TextStream *stream = text_stream_open(test->arena);
    bool fine = verify_graph(text_stream_file(stream), graph);
    const char *text = text_stream_close(stream, NULL);
    compare(test, "broken", text);
    if (fine != (*text == '\0')) {
        fail(test, "verify_graph's answer", "", text);
    }
}

static void run(Test *test) {
    const Section *section = find_section(test, "graph");
    Source source = {"test.ir", section->text, section->length};
    TextStream *stream = text_stream_open(test->arena);
    Diag *diag = diag_create(test->arena, text_stream_file(stream));
    Graph *graph = parse_graph(test->arena, diag, &source);
    bool fine = graph != NULL;
    if (graph) {
        check_round_trip(test, graph);
        compare(test, "prints", printed(test->arena, graph));
        check_broken(test, graph);
        if (!find_section(test, "broken")) {
            fine = infer_graph(diag, graph);
        }
    }
    diag_finish(diag);
    const char *errors = text_stream_close(stream, NULL);
    compare(test, "errors", errors);
    if ((*errors != '\0') != (find_section(test, "errors") != NULL)) {
        fail(test, "errors", "", errors);
    }
    if (fine) {
        compare(test, "infers", printed(test->arena, graph));
        check_values(test, graph);
    }
}

int main(int count, char **paths) {
    int failures = 0;
    for (int i = 1; i < count; i++) {
        Test test = {.arena = arena_create(), .path = paths[i]};
        cut_sections(&test, whole_file(test.arena, paths[i]));
        run(&test);
        failures += test.failures;
        arena_destroy(test.arena);
    }
    return failures != 0;
}
