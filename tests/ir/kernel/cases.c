/* cases.c - see cases.h. */
#include "cases.h"

#include <string.h>

#include "text_stream.h"

Module *module_from(Arena *arena, const char *text, char **messages) {
    TextStream *stream = text_stream_open(arena);
    Source *source = NEW(arena, Source);
    *source = (Source){"test.k", text, strlen(text)};
    Module *module = parse_module(arena, diag_create(arena, text_stream_file(stream)), source);
    *messages = text_stream_close(stream, NULL);
    return module;
}

Module *module_with(Arena *arena, const char *stage, const char *statements, const char *rows,
                    char **messages) {
    const char *text = arena_printf(
        arena,
        "module m target \"x86-64-v3\" stage %s\nzeros 16\nweights 64\n"
        "input \"x\" [1,32]\noutput \"y\" [1,32]\n"
        "function $helper(int n, ptr a, ptr mut b) {\n  copy b[n] = a[n]\n}\n"
        "function $pick(ptrs tap, ptr mut b) inline {\n  copy b[0] = tap[1][0]\n}\n"
        "kernel $top {\n%s}\n"
        "constant \"c\" weight at 0 bytes 64\n%s"
        "layer \"l\" op \"conv2d\" line 1 kernel $top in input residual none out output 0 "
        "elements 32 pixels 2 channels 16 pitch 16 scratch 0 bytes 64 weights 0 macs 1\n",
        stage, statements, rows);
    return module_from(arena, text, messages);
}

Module *module_around(Arena *arena, const char *stage, const char *statements, char **messages) {
    return module_with(arena, stage, statements, "", messages);
}
