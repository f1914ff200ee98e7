/* test_labels.c - a text with one line for each class: what is read, and each rule on both sides.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "labels.h"
#include "text_stream.h"

/* Parses a text; *message is what a person was told. */
static const Labels *parse(Arena *arena, const char *text, char **message) {
    TextStream *stream = text_stream_open(arena);
    Source *source = NEW(arena, Source);
    *source = (Source){"labels.txt", text, strlen(text)};
    const Labels *labels =
        labels_parse(arena, diag_create(arena, text_stream_file(stream)), source);
    *message = text_stream_close(stream, NULL);
    return labels;
}

static void test_names_and_words(void **state) {
    (void)state;
    Arena *arena = arena_create();
    char *message;
    const Labels *labels =
        parse(arena, "cat\r\nn02084071\tdog, domestic dog\nM\xc3\xa4use", &message);
    assert_non_null(labels);
    assert_int_equal(labels->count, 3);
    assert_string_equal(label_name(labels, 1), "n02084071");
    assert_string_equal(label_text(labels, 0), "cat");
    assert_string_equal(label_text(labels, 1), "dog, domestic dog");
    assert_string_equal(label_text(labels, 2), "M\xc3\xa4use");
    assert_string_equal(label_text(labels, 3), "");
    assert_string_equal(label_text(labels, -1), "");
    assert_string_equal(label_text(NULL, 0), "");
    Map *map = label_map(arena, labels);
    assert_int_equal(label_index(labels, map, "n02084071"), 1);
    assert_int_equal(label_index(labels, map, "dog"), -1);
    assert_int_equal(label_index(NULL, label_map(arena, NULL), "dog"), -1);
    arena_destroy(arena);
}

static void test_the_classes_of_imagenet(void **state) {
    (void)state;
    Arena *arena = arena_create();
    const Labels *labels = labels_embedded(arena, diag_create(arena, stderr), "imagenet1k");
    assert_non_null(labels);
    assert_int_equal(labels->count, 1000);
    assert_string_equal(label_text(labels, 0), "tench, Tinca tinca");
    assert_int_equal(label_index(labels, label_map(arena, labels), "n03126707"), 517);
    assert_string_equal(label_text(labels, 517), "crane");
    assert_string_equal(label_name(labels, 999), "n15075141");
    for (int64_t i = 1; i < labels->count; i++) {
        assert_true(strcmp(labels->names[i - 1], labels->names[i]) < 0);
    }
    arena_destroy(arena);
}

/* Texts and a part of the complaint; NULL: it must be read. */
static const struct {
    const char *text, *complaint;
} rows[] = {
    {"a", NULL},
    {"a\n", NULL},
    {"", "has 0 lines"},
    {"\n", "labels.txt:1:1: error: expected 1 to 512 bytes"},
    {"a\n\nb\n", "labels.txt:2:1: error: expected 1 to 512 bytes"},
    {"a\t\n", "labels.txt:1:1"},
    {"\ta\n", "labels.txt:1:1"},
    {"a\tb\tc\n", "labels.txt:1:1"},
    {"\x1b[2J", "labels.txt:1:1"},
    {"a\x7f", "labels.txt:1:1"},
    {"a\rb", "labels.txt:1:1"},
    {"\xff", "labels.txt:1:1"},
    {"a\xc2", "labels.txt:1:1"},
    {"\xc2\x9b", "labels.txt:1:1"}, /* a control of terminals */
    {"\xc2\xa0", NULL},
    {"\xe2\x80\xae"
     "fdp.exe",
     "labels.txt:1:1"},             /* written from right to left */
    {"\xc0\xaf", "labels.txt:1:1"}, /* '/' spelled too long */
    {"\xe0\x9f\xbf", "labels.txt:1:1"},
    {"\xe0\xa0\x80", NULL},
    {"\xed\x9f\xbf", NULL},
    {"\xed\xa0\x80", "labels.txt:1:1"}, /* half of a pair */
    {"\xf0\x8f\xbf\xbf", "labels.txt:1:1"},
    {"\xf0\x90\x80\x80", NULL},
    {"\xf4\x8f\xbf\xbf", NULL},
    {"\xf4\x90\x80\x80", "labels.txt:1:1"}, /* beyond the last character */
    {"\xf5\x80\x80\x80", "labels.txt:1:1"},
    {"\xe2\x82", "labels.txt:1:1"},
    {"\xe2\x82\xe2", "labels.txt:1:1"},
};

static void test_each_rule(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Arena *arena = arena_create();
        char *message;
        const Labels *labels = parse(arena, rows[i].text, &message);
        if ((labels == NULL) != (rows[i].complaint != NULL) ||
            (rows[i].complaint && !strstr(message, rows[i].complaint))) {
            fail_msg("row %zu: %s", i, message);
        }
        arena_destroy(arena);
    }
}

static void test_length(void **state) {
    (void)state;
    char text[LIMIT_LABEL_BYTES + 1];
    memset(text, 'a', sizeof text);
    assert_true(label_fits(text, LIMIT_LABEL_BYTES));
    assert_false(label_fits(text, LIMIT_LABEL_BYTES + 1));
    assert_false(label_fits(text, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_and_words),
        cmocka_unit_test(test_the_classes_of_imagenet),
        cmocka_unit_test(test_each_rule),
        cmocka_unit_test(test_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
