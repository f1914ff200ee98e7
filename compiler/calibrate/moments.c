/* moments.c - see moments.h. Sums are whole numbers; all else is in double, one operation after the
 * other, so that all machines find the same.
 */
#include "moments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "operands.h"

/* As in integers.c: the nearest whole number, half-even. */
static const double MAGIC = 0x1.8p52;

/* Added to each variance, times their mean. */
static const double DAMPING = 0.1;

enum { MOST_WEIGHT = 127, MOST_SUM = 128, MOST_VALUE = 255 };

int64_t moments_products(int64_t depth) {
    return depth * (depth + 1) / 2;
}

Moments *moments_create(Arena *arena, int64_t depth) {
    Moments *moments = NEW(arena, Moments);
    moments->depth = depth;
    moments->sums = NEW_ARRAY(arena, int32_t, depth);
    moments->products = NEW_ARRAY(arena, int32_t, moments_products(depth));
    return moments;
}

void moments_add(Moments *moments, const int16_t *columns, int64_t pitch, int64_t first,
                 int64_t end) {
    for (int64_t i = first; i < end; i++) {
        const int16_t *column = columns + i * pitch;
        int32_t *to = moments->products + moments_products(i);
        int32_t sums[4];
        for (int64_t j = 0, count; j <= i; j += count) {
            count = integers_multiply(column, columns + j * pitch, pitch, i + 1 - j, sums);
            for (int64_t n = 0; n < count; n++) {
                to[j + n] += sums[n];
            }
        }
        for (int64_t r = 0; r < pitch; r++) {
            moments->sums[i] += column[r];
        }
    }
}

static bool within(const int32_t *numbers, int64_t count, int64_t most) {
    bool good = true;
    for (int64_t i = 0; i < count; i++) {
        good = good && numbers[i] >= -most && numbers[i] <= most;
    }
    return good;
}

bool moments_sound(const Moments *moments, int64_t rows) {
    int64_t count = moments_products(moments->depth);
    return moments->rows == rows && within(moments->sums, moments->depth, rows * MOST_VALUE) &&
           within(moments->products, count, rows * MOST_VALUE * MOST_VALUE);
}

/* rows^2 times the covariance: a whole number below 2^53 where the sums are those of rows. */
static double covariance(const Moments *moments, int64_t i, int64_t j) {
    int64_t row = i > j ? i : j, column = i > j ? j : i;
    int64_t product = moments->products[moments_products(row) + column];
    return (double)(moments->rows * product - (int64_t)moments->sums[i] * moments->sums[j]);
}

typedef struct Rank {
    double variance;
    int64_t input;
} Rank;

/* The larger variance first; of equal ones the first input. */
static int compare_ranks(const void *one, const void *other) {
    const Rank *a = one, *b = other;
    if (a->variance != b->variance) {
        return a->variance > b->variance ? -1 : 1;
    }
    return (a->input > b->input) - (a->input < b->input);
}

/* The mean variance. */
static double set_order(Arena *arena, const Moments *moments, int64_t *order) {
    int64_t depth = moments->depth;
    Rank *ranks = NEW_ARRAY(arena, Rank, depth);
    double sum = 0;
    for (int64_t i = 0; i < depth; i++) {
        ranks[i] = (Rank){covariance(moments, i, i), i};
        sum += ranks[i].variance;
    }
    qsort(ranks, (size_t)depth, sizeof *ranks, compare_ranks);
    for (int64_t i = 0; i < depth; i++) {
        order[i] = ranks[i].input;
    }
    return sum / (double)depth;
}

/* From the last row up: what number p tells of those before it is taken from them. The rest of its
 * own variance is its row's last number, which the damping keeps above 0. */
static void factorize(double **rows, int64_t depth) {
    for (int64_t p = depth - 1; p > 0; p--) {
        const double *last = rows[p];
        for (int64_t i = 0; i < p; i++) {
            double part = last[i] / last[p];
            for (int64_t k = 0; k <= i; k++) {
                rows[i][k] -= part * last[k];
            }
        }
        for (int64_t i = 0; i < p; i++) {
            rows[p][i] /= last[p];
        }
    }
}

const Debts *moments_debts(Arena *arena, const Moments *moments) {
    int64_t depth = moments->depth;
    int64_t *order = NEW_ARRAY(arena, int64_t, depth), *rank = NEW_ARRAY(arena, int64_t, depth);
    double added = DAMPING * set_order(arena, moments, order);
    if (!(added > 0)) {
        return NULL;
    }
    double **factor = NEW_ARRAY(arena, double *, depth);
    for (int64_t j = 0; j < depth; j++) {
        rank[order[j]] = j;
        factor[j] = NEW_ARRAY(arena, double, j + 1);
        for (int64_t i = 0; i <= j; i++) {
            factor[j][i] = covariance(moments, order[j], order[i]);
        }
        factor[j][j] += added;
    }
    factorize(factor, depth);
    Debts *debts = NEW(arena, Debts);
    *debts = (Debts){depth, order, rank, factor};
    return debts;
}

/* Sums of the weights that are restricted together with another one, by their sign. */
typedef struct Company {
    int above, below;
} Company;

/* A weight next to what it was, within its own bounds and those that its company leaves. */
static double bounded(double number, int16_t plain, Company company) {
    double lo = fmax(fmax(company.below - MOST_SUM, plain - 1), -MOST_WEIGHT);
    double hi = fmin(fmin(MOST_SUM - company.above, plain + 1), MOST_WEIGHT);
    return fmin(fmax(number, lo), hi);
}

/* The outputs that are rounded together: a number of each stands side by side. */
typedef struct Rounding {
    const Debts *debts;
    Integers *integers;
    int64_t first, outputs;
    const double *weights;
    int together;
    double *error; /* of number i of the order, for each of the outputs */
} Rounding;

/* Two outputs, so that every compiler finds the vectors that all machines have. */
typedef double Two __attribute__((vector_size(2 * sizeof(double))));

/* What number j takes of the errors so far. */
static void sum_debts(const Rounding *run, int64_t j, double sums[ROUNDED_TOGETHER]) {
    const double *factor = run->debts->factor[j];
    const Two *error = (const Two *)(const void *)run->error;
    Two own[ROUNDED_TOGETHER / 2] = {{0}};
    for (int64_t i = 0; i < j; i++, error += ROUNDED_TOGETHER / 2) {
        for (int n = 0; n < ROUNDED_TOGETHER / 2; n++) {
            own[n] += factor[i] * error[n];
        }
    }
    memcpy(sums, own, sizeof own);
}

/* Numbers are rounded by falling variance, so any of those that are restricted together may be the
 * first. The other of two follows by one where it has to; of four each leaves the others room. */
static Company company_of(const Rounding *run, int64_t j, const int16_t *weights) {
    Company company = {0, 0};
    int64_t at[4];
    weights_group(run->debts->order[j], at);
    for (int i = 1; i < run->together; i++) {
        bool there = at[i] < run->integers->operand->depth;
        if (there && (run->together > 2 || run->debts->rank[at[i]] < j)) {
            int weight = weights[at[i]];
            company.above += weight > 0 ? weight : 0;
            company.below -= weight < 0 ? weight : 0;
        }
    }
    return company;
}

static void round_number(const Rounding *run, int64_t j) {
    const Operand *operand = run->integers->operand;
    int64_t k = run->debts->order[j];
    double owed[ROUNDED_TOGETHER];
    sum_debts(run, j, owed);
    for (int64_t n = 0; n < run->outputs; n++) {
        int64_t o = run->first + n;
        int16_t *to = run->integers->weights + o * operand->depth;
        double exact = run->weights[o * operand->depth + k] *
                       (double)run->integers->scale[k % operand->channels] /
                       (double)run->integers->step[o];
        double kept = bounded(exact + owed[n], to[k], company_of(run, j, to));
        to[k] = (int16_t)(kept + MAGIC - MAGIC);
        run->error[j * ROUNDED_TOGETHER + n] = exact - (double)to[k];
    }
}

void debts_round(const Debts *debts, Integers *integers, int64_t o, const double *weights,
                 int together, double *room) {
    int64_t left = integers->operand->outputs - o;
    int64_t outputs = left < ROUNDED_TOGETHER ? left : ROUNDED_TOGETHER;
    Rounding run = {debts, integers, o, outputs, weights, together, room};
    memset(room, 0, (size_t)(debts->depth * ROUNDED_TOGETHER) * sizeof *room);
    for (int64_t j = 0; j < debts->depth; j++) {
        round_number(&run, j);
    }
}
