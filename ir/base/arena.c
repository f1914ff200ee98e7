/* arena.c - turns requests for memory into pieces of a few large blocks.
 *
 * Blocks come from calloc in growing sizes, so that a small graph stays small and a large one needs
 * few calls. calloc has zeroed them, and no piece is ever handed out twice, so pieces need no
 * clearing. A request that would waste much of a block gets a block of its own. Under the address
 * sanitizer every request does, so that the sanitizer sees an access beyond the end of a piece.
 */
#include "arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* All in bytes. */
enum {
    SMALL_ALIGN = 16, /* enough for every C type, and what calloc gives */
    LARGE_ALIGN = 64, /* a cache line: large requests are tensors */
    LARGE_FROM = 4096,
    FIRST_BLOCK = 32 << 10, /* each shared block is twice as large as the one before ... */
    LAST_BLOCK = 1 << 20    /* ... up to this size */
};

#if defined(__SANITIZE_ADDRESS__)
#define EACH_ALONE true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EACH_ALONE true
#endif
#endif
#ifndef EACH_ALONE
#define EACH_ALONE false
#endif

/* The header of a block; its pieces lie directly after it. */
typedef struct Block {
    _Alignas(SMALL_ALIGN) struct Block *next;
    size_t size, used; /* bytes behind this header: all, and handed out (with gaps) */
} Block;

typedef struct Cleanup {
    struct Cleanup *next;
    void (*call)(void *what);
    void *what;
} Cleanup;

struct Arena {
    Block *blocks;     /* every block, newest first */
    Block *open;       /* where small requests are cut from; NULL at first */
    size_t next_size;  /* bytes of the next shared block */
    Cleanup *cleanups; /* newest first */
    Arena *parent;     /* NULL for the root */
    /* The children form a doubly linked list: link is the address of the pointer to this child,
     * which is the parent's children or the previous child's sibling; NULL for the root. */
    Arena *children, *sibling, **link;
    bool armed;      /* landing is set: arena_protect() was called */
    bool told;       /* "out of memory" was printed */
    jmp_buf landing; /* where arena_fail() jumps to */
};

Arena *arena_create(void) {
    Arena *arena = calloc(1, sizeof *arena);
    if (arena) {
        arena->next_size = FIRST_BLOCK;
    }
    return arena;
}

Arena *arena_child(Arena *parent) {
    Arena *arena = arena_create();
    if (!arena) {
        arena_fail(parent);
    }
    arena->parent = parent;
    arena->link = &parent->children;
    arena->sibling = parent->children;
    if (arena->sibling) {
        arena->sibling->link = &arena->sibling;
    }
    parent->children = arena;
    return arena;
}

static void unlink_child(Arena *arena) {
    if (arena->link) {
        *arena->link = arena->sibling;
    }
    if (arena->sibling) {
        arena->sibling->link = arena->link;
    }
}

/* Each child unlinks itself at the end of its own arena_destroy(), so the loop over the children
 * ends. Cleanup entries are pieces of the arena, so the blocks are freed last. */
void arena_destroy(Arena *arena) {
    if (!arena) {
        return;
    }
    while (arena->children) {
        arena_destroy(arena->children);
    }
    for (Cleanup *at = arena->cleanups; at; at = at->next) {
        at->call(at->what);
    }
    for (Block *block = arena->blocks; block;) {
        Block *next = block->next;
        free(block);
        block = next;
    }
    unlink_child(arena);
    free(arena);
}

void arena_give_back(Arena *arena) {
    arena_destroy(arena);
#ifdef __GLIBC__
    malloc_trim(0); /* glibc keeps freed blocks below its threshold, of up to 32 MiB each */
#endif
}

/* Only returns the buffer: setjmp() itself must stand in the caller (arena_protect is a macro),
 * because a jump into a function that has returned is undefined. */
jmp_buf *arena_landing(Arena *arena) {
    arena->armed = true;
    return &arena->landing;
}

_Noreturn void arena_fail(Arena *arena) {
    while (arena->parent && !arena->armed) {
        arena = arena->parent;
    }
    if (!arena->told) {
        fputs("xnc: out of memory\n", stderr);
        arena->told = true;
    }
    if (arena->armed) {
        longjmp(arena->landing, 1);
    }
    exit(1);
}

static Block *add_block(Arena *arena, size_t size) {
    if (size > SIZE_MAX - sizeof(Block)) {
        arena_fail(arena);
    }
    Block *block = calloc(1, sizeof *block + size);
    if (!block) {
        arena_fail(arena);
    }
    block->size = size;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

/* Bytes to skip in the block so that what follows is aligned. */
static size_t gap(const Block *block, size_t align) {
    uintptr_t at = (uintptr_t)(block + 1) + block->used;
    return (align - at % align) % align;
}

static void *cut(Block *block, size_t bytes, size_t align) {
    block->used += gap(block, align);
    void *piece = (char *)(block + 1) + block->used;
    block->used += bytes;
    return piece;
}

static bool has_room(const Block *block, size_t bytes, size_t align) {
    size_t left = block->size - block->used, skip = gap(block, align);
    return left >= skip && left - skip >= bytes;
}

/* A block of its own is asked for with slack, because calloc aligns to SMALL_ALIGN only. When a
 * request does not fit the open block, the rest of that block is given up; as the request is small
 * against the next block, so is the rest. */
void *arena_alloc(Arena *arena, size_t bytes) {
    size_t align = bytes >= LARGE_FROM ? LARGE_ALIGN : SMALL_ALIGN;
    if (bytes == 0) {
        bytes = 1;
    }
    if (EACH_ALONE || bytes >= arena->next_size / 4) {
        size_t slack = align - SMALL_ALIGN;
        if (bytes > SIZE_MAX - slack) {
            arena_fail(arena);
        }
        return cut(add_block(arena, bytes + slack), bytes, align);
    }
    if (!arena->open || !has_room(arena->open, bytes, align)) {
        arena->open = add_block(arena, arena->next_size);
        if (arena->next_size < LAST_BLOCK) {
            arena->next_size *= 2;
        }
    }
    return cut(arena->open, bytes, align);
}

void *arena_array(Arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size) {
        arena_fail(arena);
    }
    return arena_alloc(arena, count * size);
}

void *arena_grow(Arena *arena, const void *old, size_t old_count, size_t new_count, size_t size) {
    void *grown = arena_array(arena, new_count, size);
    size_t kept = old_count < new_count ? old_count : new_count;
    if (kept && size) {
        memcpy(grown, old, kept * size);
    }
    return grown;
}

void *arena_room(Arena *arena, void *list, int count, size_t size) {
    size_t kept = (size_t)count;
    bool is_full = (kept & (kept - 1)) == 0;
    return is_full ? arena_grow(arena, list, kept, kept ? 2 * kept : 1, size) : list;
}

char *arena_strndup(Arena *arena, const char *text, size_t length) {
    if (length == SIZE_MAX) {
        arena_fail(arena);
    }
    char *copy = arena_alloc(arena, length + 1);
    if (length) {
        memcpy(copy, text, length);
    }
    return copy;
}

char *arena_strdup(Arena *arena, const char *text) {
    return arena_strndup(arena, text, strlen(text));
}

/* Formats twice: first only to learn the length, on a copy as that uses up the arguments. */
char *arena_vprintf(Arena *arena, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) {
        arena_fail(arena);
    }
    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, args);
    return text;
}

char *arena_printf(Arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

size_t arena_bytes(const Arena *arena) {
    size_t bytes = 0;
    for (const Block *block = arena->blocks; block; block = block->next) {
        bytes += sizeof *block + block->size;
    }
    for (const Arena *child = arena->children; child; child = child->sibling) {
        bytes += arena_bytes(child);
    }
    return bytes;
}

void arena_defer(Arena *arena, void (*cleanup)(void *what), void *what) {
    Cleanup *entry = NEW(arena, Cleanup);
    entry->call = cleanup;
    entry->what = what;
    entry->next = arena->cleanups;
    arena->cleanups = entry;
}
