/* plan.h - what the files of the memory planner share.
 *
 * plan_memory.c turns the graph into steps and items and writes the results back, plan_order.c
 * chooses the order, plan_place.c and plan_stack.c the offsets. A region is one step: its inner
 * values are in its scratch, where stream.c places them. Bytes are multiples of 64 everywhere.
 */
#ifndef XNC_PASSES_PLAN_H
#define XNC_PASSES_PLAN_H

#include "stream.h"
#include "uses.h"

enum { NOTHING = -1 };

/* A value that needs memory. A sum that either of two nodes may finish (see plan_memory.c) is one
 * item with two producers. */
typedef struct Item {
    int64_t bytes;
    int producer[2]; /* indices of steps; the second may be NOTHING */
    int *readers;    /* indices of steps, each once */
    int n_readers;
} Item;

/* A step: a node that is executed, a region as a whole. */
typedef struct PlannedNode {
    Node *node;
    int reads[MAX_INPUTS]; /* indices of items, each once */
    int n_reads;
    int item;        /* that it produces, NOTHING for the caller's buffers */
    int takes;       /* residual item whose place the result may take, or NOTHING */
    int64_t scratch; /* bytes for one thread */
} PlannedNode;

/* A piece of the arena that one item uses, or several, each of which takes the place of the one
 * before. */
typedef struct Buffer {
    int64_t bytes;
    int first, last; /* positions in the order, both included */
    int64_t offset;  /* bytes, set by plan_place() */
} Buffer;

typedef struct Plan {
    Unit *unit;
    Uses uses;
    Map *step_of; /* from a value to the PlannedNode that makes it */
    PlannedNode *steps;
    int n_steps;
    Item *items;
    int n_items;
    int *order;    /* steps in order of execution */
    int64_t bound; /* largest sum of live bytes and one scratch over the order */
    bool searched; /* no better order exists */
    Buffer *buffers;
    int n_buffers;
    int *buffer_of; /* of each item */
    int64_t *load;  /* bytes of live buffers at each position */
    int64_t *top;   /* end of the highest live buffer at each position */
    int64_t arena_bytes;
} Plan;

/* Sets order, bound and searched. */
void plan_order(Plan *plan);
/* Sets the buffers' offsets, top and arena_bytes from buffers and load. */
void plan_place(Plan *plan);
/* The slower search that plan_place() falls back on: sets offsets so that at each position no live
 * buffer ends above the limit (bytes). False when it found none. */
bool plan_stack(Plan *plan, const int64_t *limit);

#endif
