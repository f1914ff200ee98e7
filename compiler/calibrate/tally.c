/* tally.c - counts values, and finds the range that loses least when it is cut into 256 steps.
 *
 * A value within the range is off by up to half a step, evenly: the mean square is a twelfth of the
 * step's. A value beyond is off by its distance from the end. The ends tried are those of bins, and
 * the outermost value.
 */
#include "tally.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

enum { STEPS = 255, LEAST_EXPONENT = -120 };

/* The smallest exponent with which a magnitude has a bin. */
static int32_t exponent_of(double magnitude) {
    int exponent;
    frexp(magnitude, &exponent); /* magnitude < 2^exponent = 128 * 2^(exponent - 7) */
    exponent -= 7;
    return exponent > LEAST_EXPONENT ? exponent : LEAST_EXPONENT;
}

static void widen(TallySide *side, int32_t exponent) {
    for (; side->exponent < exponent; side->exponent++) {
        for (int b = 0; b < TALLY_BINS / 2; b++) {
            side->count[b] = side->count[2 * b] + side->count[2 * b + 1];
        }
        for (int b = TALLY_BINS / 2; b < TALLY_BINS; b++) {
            side->count[b] = 0;
        }
    }
}

static void add(TallySide *side, float magnitude) {
    if ((double)magnitude > side->most) {
        int32_t exponent = exponent_of((double)magnitude);
        if (side->most == 0) {
            side->exponent = exponent;
        }
        widen(side, exponent);
        side->scale = ldexpf(1, -side->exponent);
        side->most = (double)magnitude;
    }
    side->count[(int)(magnitude * side->scale)]++;
}

bool tally_add(Tally *tally, float value) {
    if (!isfinite(value)) {
        return false;
    }
    if (value == 0) {
        tally->zeros++;
    } else {
        add(value < 0 ? &tally->below : &tally->above, fabsf(value));
    }
    return true;
}

static bool side_sound(const TallySide *side) {
    if (side->most == 0) {
        return side->exponent == 0 && side->scale == 0;
    }
    return side->most > 0 && side->most <= (double)FLT_MAX &&
           side->exponent == exponent_of(side->most) && side->scale == ldexpf(1, -side->exponent);
}

bool tally_sound(const Tally *tally) {
    return side_sound(&tally->below) && side_sound(&tally->above);
}

/* How many values there are within the first bins, and the squared distances of the others from the
 * end of these bins; a value stands in the middle of its bin. */
typedef struct Cut {
    double within, beyond;
} Cut;

static Cut cut_behind(const TallySide *side, double end) {
    double width = ldexp(1, side->exponent);
    Cut cut = {0, 0};
    for (int b = 0; b < TALLY_BINS; b++) {
        double middle = (b + 0.5) * width, far = middle - end;
        if (far <= 0) {
            cut.within += (double)side->count[b];
        } else {
            cut.beyond += (double)side->count[b] * far * far;
        }
    }
    return cut;
}

/* The ends that are tried on a side: the outermost value first, then each bin's from there to a
 * quarter of it. Fills ends and cuts; returns their number. */
static int list_ends(const TallySide *side, double ends[TALLY_BINS], Cut cuts[TALLY_BINS]) {
    double width = ldexp(1, side->exponent);
    int count = 0;
    ends[count++] = side->most;
    for (int b = TALLY_BINS - 1; b > 0 && side->most > 0; b--) {
        if (b * width < side->most && 4 * b * width >= side->most) {
            ends[count++] = b * width;
        }
    }
    for (int i = 0; i < count; i++) {
        cuts[i] = cut_behind(side, ends[i]);
    }
    return count;
}

ValueRange tally_range(const Tally *tally) {
    double below[TALLY_BINS], above[TALLY_BINS];
    Cut left[TALLY_BINS], right[TALLY_BINS];
    int n_below = list_ends(&tally->below, below, left);
    int n_above = list_ends(&tally->above, above, right);
    ValueRange best = {0, 0};
    double least = INFINITY;
    for (int i = 0; i < n_below; i++) {
        for (int j = 0; j < n_above; j++) {
            double step = (below[i] + above[j]) / STEPS;
            double loss = (left[i].within + right[j].within) * step * step / 12 + left[i].beyond +
                          right[j].beyond;
            if (loss < least) {
                least = loss;
                best = (ValueRange){-below[i], above[j]};
            }
        }
    }
    return best;
}

ValueRange tally_range_beyond(const Tally *tally, int64_t images) {
    ValueRange range = tally_range(tally);
    double room = 1 + 1 / sqrt((double)images);
    return (ValueRange){room * range.lo, room * range.hi};
}

/* 0 of a channel that was the same everywhere: of zeros alone. */
static double step_of(ValueRange range) {
    double step = (range.hi - range.lo) / STEPS;
    return step > 1e-20 ? step : 0;
}

void range_steps(const ValueRange *ranges, int64_t count, double *steps) {
    double sum = 0;
    int64_t known = 0;
    for (int64_t i = 0; i < count; i++) {
        steps[i] = step_of(ranges[i]);
        sum += steps[i];
        known += steps[i] > 0;
    }
    double mean = known > 0 ? sum / (double)known : 1;
    for (int64_t i = 0; i < count; i++) {
        steps[i] = steps[i] > 0 ? steps[i] : mean;
    }
}
