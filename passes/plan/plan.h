/* plan.h - what the files of the memory planner share.
 *
 * plan_memory.c turns the graph into steps and items and writes the results back, plan_order.c
 * chooses the order, plan_place.c and plan_stack.c the offsets. A region is one step: what is
 * inside stands in its scratch (stream.c).
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
    int producer[2]; /* steps; the second may be NOTHING */
    int *readers;    /* steps, each once */
    int n_readers;
} Item;

/* A node that is executed, a region as a whole. */
typedef struct PlannedNode {
    Node *node;
    int reads[MAX_INPUTS]; /* items */
    int n_reads;
    int item;  /* that it produces, NOTHING for the caller's buffers */
    int takes; /* residual item whose place the result may take, or NOTHING */
    int64_t scratch;
} PlannedNode;

/* A stretch of the arena that one item uses, or several that follow each other in place. */
typedef struct Buffer {
    int64_t bytes;
    int first, last; /* positions in the order, both included */
    int64_t offset;
} Buffer;

typedef struct Plan {
    Unit *unit;
    Uses uses;
    Map *step_of; /* from a value to the PlannedNode that makes it */
    PlannedNode *steps;
    int n_steps;
    Item *items;
    int n_items;
    int *given;    /* the order that the unit's layout asks for; NULL: any */
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

/* Fills order, which is the given one if there is one, bound and searched. */
void plan_order(Plan *plan);
/* Fills the buffers' offsets, top and arena_bytes from buffers and load. */
void plan_place(Plan *plan);
/* The complete search behind plan_place: sets offsets within the limit of each position; false when
 * it found none. */
bool plan_stack(Plan *plan, const int64_t *limit);

#endif
