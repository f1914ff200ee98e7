/* test_kernel_text.c - the text form of kernel IR: print(parse(text)) is text; mistakes are shown.
 *
 * Each statement form of kernel.h stands in the text below once at least.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cases.h"
#include "text_stream.h"

static const char every_form[] = "module \"m\" target \"x86-64-v4\" stage loops\n"
                                 "zeros 736\n"
                                 "weights 128\n"
                                 "input \"x\" [1,3,8,8]\n"
                                 "output \"y\" [1,8]\n"
                                 "function $tile(int k, ptr a, ptr mut out, ptrs tap) {\n"
                                 "  doc \"14 pixels x 32 channels.\"\n"
                                 "  doc \"A \\\"second\\\" line, C:\\\\.\"\n"
                                 "  // a comment\n"
                                 "  dim rows = 14\n"
                                 "  vec six = constant 6\n"
                                 "  vec low = constant -inf\n"
                                 "  vec half = constant 0.5\n"
                                 "  vec tiny = constant 1e-05\n"
                                 "  vec less = constant -0.1\n"
                                 "  for r = 0 to 14 step 1 unroll {\n"
                                 "    vec x[r] = broadcast tap[3][r + 1]\n"
                                 "    for v = 0 to 2 step 1 vector unroll {\n"
                                 "      vec acc[r][v] = load a[(r + 1) * k - (v - 2) % 3]\n"
                                 "      acc[r][v] = fma x[r], six, acc[r][v]\n"
                                 "      acc[r][v] = max acc[r][v], low\n"
                                 "      store out[r * k] = acc[r][v] first min(k, 16)\n"
                                 "      store out[r * k] = acc[r][v] below k - r * 16\n"
                                 "    }\n"
                                 "  }\n"
                                 "  for c = 0 to k step 1 vector {\n"
                                 "    copy out[c] = a[c]\n"
                                 "  }\n"
                                 "  for c = 0 to k step 1 unroll by 4 {\n"
                                 "    copy out[c] = a[c]\n"
                                 "  }\n"
                                 "  int first = 3\n"
                                 "  int below[1] = 3\n"
                                 "  store out[0] = six\n"
                                 "  first = first + 1\n"
                                 "  store out[0] = six first first\n"
                                 "  below[1] = first\n"
                                 "  store out[0] = six below below[1]\n"
                                 "  ptr mut bf16 half = out + 2\n"
                                 "  ptrs bf16 halves[2]\n"
                                 "  ptr bf16 halves[1] = half\n"
                                 "  vec p = load_pairs halves[1][k]\n"
                                 "  vec q = broadcast_pair half[0]\n"
                                 "  vec u = upper p\n"
                                 "  u = dot p, q, u\n"
                                 "  u = fma_lane u, u, u, k - 1\n"
                                 "  u = dot_signed_lane u, u, u, 1\n"
                                 "  store bf16 half[0] = u\n"
                                 "  int y[0] = k * 2\n"
                                 "  y[0] = max(y[0], 3)\n"
                                 "  if y[0] > 3 && k < 4 || y[0] + 1 <= 2 {\n"
                                 "    prefetch a[k] level 2\n"
                                 "  }\n"
                                 "}\n";

static const char kernel_forms[] =
    "module \"m\" target \"scalar\" layout \"x86-64-v4\" stage unrolled precision bf16 "
    "weights_type f16\n"
    "zeros 0\n"
    "weights 0\n"
    "input \"x\" [1,3,8,8] nhwc\n"
    "output \"block1 \\\"out\\\"\" [1,4,4,4]\n"
    "output \"y\" [1,8]\n"
    "preprocess { test_size=299x224 crop_pct=0.9 mean=0.5,0.25,0,1e-05 std=1,1,1,1 "
    "interpolation=bicubic crop_mode=\"no-such\" }\n"
    "function $move(int n, ptr a, ptr mut b, ptrs tap) inline {\n"
    "  copy b[n] = a[n]\n"
    "}\n"
    "function $apart(ptr a, ptr mut b) noinline {\n"
    "  copy b[0] = a[0]\n"
    "}\n"
    "kernel $top {\n"
    "  split begin, end of 361\n"
    "  ptrs tap[3]\n"
    "  ptr tap[0] = begin < 3 ? in + begin * 4 : zeros\n"
    "  ptr mut row = out + end - 1\n"
    "  int p = begin\n"
    "  while p < end {\n"
    "    p = p + 1\n"
    "  }\n"
    "  if p >= 3 {\n"
    "    call $move(p, &in[0], &row[p * 3], &tap)\n"
    "  } else if p != 4 {\n"
    "    call $move(1, &tap[2][7], &out[0], &tap[p + 1])\n"
    "  } else {\n"
    "    p = (p + 1) * (p - 2) / 3 - (p - 1)\n"
    "  }\n"
    "}\n"
    "constant \"conv1\" weight at 0 bytes 64\n"
    "constant \"conv1\" bias at 64 bytes 64 = pad(bn_shift(@bn1.bias[8], @bn1.mean[8], "
    "bn_scale(@bn1.weight[8], @bn1.var[8], 0.001)), 16)\n"
    "constant \"a \\\"name\\\"\" residual_scale at 64 bytes 64 = add(@\"layers-1.bias\"[8], "
    "@\"a b\"[8])\n"
    "layer \"conv1\" op \"conv2d\" line 12 kernel $top in input residual arena 64 out output 1"
    " elements 12 pixels 3 channels 4 pitch 16 scratch 128 bytes 64 weights 0 -1 macs 123\n";

static void assert_round_trip(const char *text) {
    Arena *arena = arena_create();
    char *messages;
    Module *module = module_from(arena, text, &messages);
    assert_string_equal(messages, "");
    assert_non_null(module);
    TextStream *out = text_stream_open(arena);
    print_module(text_stream_file(out), module);
    assert_string_equal(text_stream_close(out, NULL), text);
    arena_destroy(arena);
}

static void forms_of_functions(void **state) {
    (void)state;
    assert_round_trip(every_form);
}

static void forms_of_kernels(void **state) {
    (void)state;
    assert_round_trip(kernel_forms);
}

/* A mistake, and what must be said about it. */
static const struct {
    const char *statement, *message;
} mistakes[] = {
    {"store out = x\n", "expected '[' and an offset"},
    {"vec x = blend a, b\n", "expected an operation on vectors"},
    {"vec x = fma a, b\n", "expected ','"},
    {"int for = 3\n", "expected a variable"},
    {"int y = 3 +\n", "expected an integer"},
    {"int y = 99999999999999999999\n", "found '99999999999999999999'"},
    {"for r = 0 to 3 step 0 {\n}\n", "expected a step from 1 to"},
    {"for r = 0 to 3 step 1 unroll by 1 {\n}\n",
     "expected a number of steps from 2 to 64, found '1'"},
    {"prefetch in[0] level 4\n", "expected a prefetch level from 1 to 3, found '4'"},
    {"vec x = constant -1e\n", "expected a number, found '-1e'"},
    {"vec x = constant nan\n", "expected a number, found 'nan'"},
    {"int a.b = 3\n", "expected a variable, found 'a.b'"},
    {"int \"y\" = 3\n", "expected a variable, found \"y\""},
    {"int y = 1.5\n", "found '1.5'"},
    {"vec x = fma a, b,\n", "expected a variable, found '}'"},
    {"int \x01\n", "a letter that means nothing here"},
    {"vec a[1][2][3] = zero\n", "a variable has at most 2 indices"},
    {"if 1 {\n", "expected a variable"},
    {"call top(1)\n", "expected a function's $name"},
    {"ptrs tap[0]\n", "expected a number of pointers from 1 to 2048, found '0'"},
    {"vec x = constant 1e\n", "expected a number, found '1e'"},
};

static void mistakes_are_shown(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        Arena *arena = arena_create();
        char *messages;
        assert_null(module_around(arena, "loops", mistakes[i].statement, &messages));
        if (!strstr(messages, mistakes[i].message)) {
            fail_msg("%s gives:\n%s", mistakes[i].statement, messages);
        }
        arena_destroy(arena);
    }
}

/* Line, column and hint of mistakes, in full: a constant's are those of a graph's text. */
#define HEAD "module \"m\" target scalar stage loops\n"
#define SIZES HEAD "zeros 0 weights 0\n"
#define PORTS SIZES "input x [1] output y [1]\n"
static const struct {
    const char *text, *told;
} places[] = {
    {HEAD "zeros -12x\n",
     "test.k:2:7: error: expected a size from 0 to 70368744177664, found '-12x'\n"
     "    2 | zeros -12x\n      |       ^~~~\n"},
    {SIZES "kernel $top {\n}\n", "test.k:3:1: error: expected 'input', found 'kernel'\n"
                                 "    3 | kernel $top {\n      | ^~~~~~\n"},
    {SIZES "input \"x\" [1,3,8,8]\nkernel $top {\n}\n",
     "test.k:4:1: error: expected 'output', found 'kernel'\n"
     "    4 | kernel $top {\n      | ^~~~~~\n"},
    {SIZES "input \"x\" [1,0,8,8]\n",
     "test.k:3:14: error: expected a dimension from 1 to 1099511627776, found '0'\n"
     "    3 | input \"x\" [1,0,8,8]\n      |              ^\n"},
    {PORTS "preprocess { crop_pct=inf }\n", "test.k:4:23: error: expected a number, found 'inf'\n"
                                            "    4 | preprocess { crop_pct=inf }\n"
                                            "      |                       ^~~\n"},
    {PORTS "preprocess { crop_pc=0.9 }\n", "test.k:4:14: error: unknown attribute 'crop_pc'\n"
                                           "    4 | preprocess { crop_pc=0.9 }\n"
                                           "      |              ^~~~~~~\n"
                                           "hint: did you mean 'crop_pct'?\n"},
    {PORTS "constant c bias at 0 bytes 0 = bn_scal(@a[1])\n",
     "test.k:4:32: error: unknown constant expression 'bn_scal'\n"
     "    4 | constant c bias at 0 bytes 0 = bn_scal(@a[1])\n"
     "      |                                ^~~~~~~\n"
     "hint: did you mean 'bn_scale'?\n"},
    {PORTS "constant c bias at 0 bytes 0 = add(@a[1], @b[2])\n",
     "test.k:4:32: error: add: the shapes must be equal\n"
     "    4 | constant c bias at 0 bytes 0 = add(@a[1], @b[2])\n"
     "      |                                ^~~\n"
     "hint: add(a, b): element by element, equal shapes\n"},
    {PORTS "constant c at 0 bytes 0\n",
     "test.k:4:12: error: expected what the constant is to its node, such as weight or bias\n"
     "    4 | constant c at 0 bytes 0\n      |            ^~\n"},
    {PORTS "layer l op conv3d line 1\n", "test.k:4:12: error: unknown operation 'conv3d'\n"
                                         "    4 | layer l op conv3d line 1\n"
                                         "      |            ^~~~~~\n"
                                         "hint: did you mean 'conv2d'?\n"},
};

static void places_are_shown(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        Arena *arena = arena_create();
        char *messages;
        assert_null(module_from(arena, places[i].text, &messages));
        assert_string_equal(messages, places[i].told);
        arena_destroy(arena);
    }
}

/* What makes a tree deep: each is refused before the stack of whoever walks it ends. */
static const struct {
    const char *head, *repeated, *message;
} towers[] = {
    {"int y = ", "(", "nested too deeply"},
    {"int y = in", "[in", "nested too deeply"},
    {"int y = 1", " + task", "more than 10000 operators in a statement"},
    {"", "if task {\n", "nested too deeply"},
    {"if task {\n}", " else if task {\n}", "nested too deeply"},
};

static void depth_is_bounded(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof towers / sizeof *towers; i++) {
        Arena *arena = arena_create();
        char *messages, *text;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        fputs(towers[i].head, out);
        for (int j = 0; j < 20000; j++) {
            fputs(towers[i].repeated, out);
        }
        fclose(out);
        arena_defer(arena, free, text);
        assert_null(module_around(arena, "loops", text, &messages));
        if (!strstr(messages, towers[i].message)) {
            fail_msg("%s gives:\n%.400s", towers[i].repeated, messages);
        }
        arena_destroy(arena);
    }
}

/* What is folded as it is read, written as text. */
static const struct {
    const char *text, *folded;
} folds[] = {
    {"2 * 3 + 4", "10"},
    {"x + 0", "x"},
    {"0 + x * 1", "x"},
    {"(x + 3) - 5", "x - 2"},
    {"x - 2 + 2", "x"},
    {"x * 0 + 1", "1"},
    {"x / 1 % 1", "0"},
    {"min(3, 4) + x", "3 + x"},
    {"x + (y + 1)", "x + (y + 1)"},
    {"7 / 2 * x", "3 * x"},
    {"x < 3 && 1 < 2", "x < 3 && 1"},
    {"4 / 0", "4 / 0"},
    {"a[1 + 1][x + 0]", "a[2][x]"},
};

static void constants_are_folded(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++) {
        Arena *arena = arena_create();
        TextStream *out = text_stream_open(arena);
        StmtList list = {0};
        stmts_text(arena, &list, "int y = %s\n", folds[i].text);
        print_int(text_stream_file(out), list.at[0]->value);
        assert_string_equal(text_stream_close(out, NULL), folds[i].folded);
        arena_destroy(arena);
    }
}

/* One step of an unrolled loop: every index and expression sees the number. */
static void copies_replace_a_variable(void **state) {
    (void)state;
    Arena *arena = arena_create();
    StmtList body = {0}, copy = {0};
    stmts_text(arena, &body, "vec acc[r][v] = load a[r * 16 + %d]\nstore out[r] = acc[r][v]\n", 2);
    stmts_copy(arena, &copy, &body, "r", int_const(arena, 3));
    TextStream *out = text_stream_open(arena);
    print_stmts(text_stream_file(out), &copy, 0);
    assert_string_equal(text_stream_close(out, NULL),
                        "vec acc[3][v] = load a[50]\nstore out[3] = acc[3][v]\n");
    arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_of_functions),        cmocka_unit_test(forms_of_kernels),
        cmocka_unit_test(mistakes_are_shown),        cmocka_unit_test(places_are_shown),
        cmocka_unit_test(depth_is_bounded),          cmocka_unit_test(constants_are_folded),
        cmocka_unit_test(copies_replace_a_variable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
