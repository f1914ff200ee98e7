/* test_clean.c - which characters are shown as they are, and what stands for the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "clean.h"

static const struct {
    const char *text, *shown;
} cases[] = {
    {"plain ~", "plain ~"},
    {"Gr\xc3\xbc\xc3\x9f"
     "e \xe2\x82\xac \xf0\x9f\x90\xb1",
     "Gr\xc3\xbc\xc3\x9f"
     "e \xe2\x82\xac \xf0\x9f\x90\xb1"},
    {"a\x1b[2Jb\rc\x7f", "a?[2Jb?c?"},
    {"a\xc2\x9b"
     "31m",
     "a??31m"}, /* U+009B, one-character CSI */
    {"a\xe2\x80\xae"
     "fdp.exe",
     "a???fdp.exe"},                                       /* U+202E */
    {"\xe2\x80\x8f\xe2\x81\xa6\xd8\x9c", "????????"},      /* U+200F, U+2066, U+061C */
    {"\xe2\x80\xa8", "???"},                               /* U+2028 */
    {"\xff\x80", "??"},                                    /* no UTF-8 */
    {"\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf", "?????????"}, /* '/', spelled too long */
    {"\xed\xa0\x80", "???"},                               /* a surrogate */
    {"\xf4\x90\x80\x80", "????"},                          /* beyond U+10FFFF */
    {"\xe2\x82", "??"},                                    /* cut */
    {"\xe2\x82x", "??x"},
    {"\xc2\xa0\xe2\x80\x8d\xe2\x80\xaf", "\xc2\xa0\xe2\x80\x8d\xe2\x80\xaf"}, /* joiners, spaces */
};

static void what_is_shown(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *shown = NULL;
        size_t size = 0;
        FILE *stream = open_memstream(&shown, &size);
        put_clean(stream, cases[i].text, strlen(cases[i].text));
        fclose(stream);
        assert_string_equal(shown, cases[i].shown);
        bool same = strcmp(cases[i].text, cases[i].shown) == 0;
        assert_int_equal(text_is_clean(cases[i].text, strlen(cases[i].text)), same);
        free(shown);
    }
}

static void a_line_is_printed_clean_but_for_its_end(void **state) {
    (void)state;
    static char name[3000];
    char *text;
    size_t length;
    memset(name, 'a', sizeof name - 1);
    name[2000] = '\n';
    FILE *stream = open_memstream(&text, &length);
    print_clean(stream, "%s: %d\n", "a\x1b\n\xc2\x9b", 7);
    print_clean(stream, "%s", "\n");
    print_clean(stream, "%s", name);
    fclose(stream);
    assert_memory_equal(text, "a????: 7\n?aaa", 13);
    assert_int_equal(length, 10 + sizeof name - 1);
    assert_int_equal(text[10 + 2000], '?');
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shown),
        cmocka_unit_test(a_line_is_printed_clean_but_for_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
