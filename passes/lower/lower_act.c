/* lower_act.c - writes activations as operations on registers.
 *
 *   relu6 of acc[r][o]   ->   acc[r][o] = max acc[r][o], nought
 *                             acc[r][o] = min acc[r][o], six
 *
 * These are the operations of interp_act() (ir/graph/interp_act.c) in the same order, so the bits
 * are the same. Activations that need exp or erf are one operation here; the emitter composes them.
 */
#include "lowering.h"

/* What an activation is made of: the constants that it reads, and its operations, where {x} stands
 * for the register and {t} for one to work with. */
typedef struct Recipe {
    bool nought, six, hard;
    const char *text;
} Recipe;

/* One for each row of acts.def: a missing one does not compile. */
static const Recipe recipe_none = {false, false, false, ""};
static const Recipe recipe_relu = {true, false, false, "{x} = max {x}, nought\n"};
static const Recipe recipe_relu6 = {true, true, false,
                                    "{x} = max {x}, nought\n{x} = min {x}, six\n"};
static const Recipe recipe_silu = {false, false, false, "{x} = silu {x}\n"};
static const Recipe recipe_gelu = {false, false, false, "{x} = gelu {x}\n"};
static const Recipe recipe_sigmoid = {false, false, false, "{x} = sigmoid {x}\n"};
static const Recipe recipe_hard_swish = {
    true, true, true,
    "vec {t} = add {x}, three\n{t} = max {t}, nought\n{t} = min {t}, six\n"
    "{x} = mul {x}, {t}\n{x} = mul {x}, sixth\n"};

static const Recipe *const recipes[] = {
#define ACT(name, zero, cheap, line) &recipe_##name,
#include "acts.def"
#undef ACT
};

void act_constants(Text *text, const Act *acts, int count) {
    bool nought = false, six = false, hard = false;
    for (int i = 0; i < count; i++) {
        nought |= recipes[acts[i]]->nought;
        six |= recipes[acts[i]]->six;
        hard |= recipes[acts[i]]->hard;
    }
    if (nought) {
        text_add(text, "vec nought = zero\n");
    }
    if (six) {
        text_add(text, "vec six = constant 6\n");
    }
    if (hard) {
        text_add(text, "vec three = constant 3\nvec sixth = constant 0.1666666716337204\n");
    }
}

/* {x} and {t} are three characters: the loop skips two and its step the third. */
void act_apply(Text *text, Act act, const char *name, const char *index) {
    for (const char *at = recipes[act]->text; *at; at++) {
        if (*at != '{') {
            text_add(text, "%c", *at);
            continue;
        }
        bool is_work = at[1] == 't';
        text_add(text, "%s%s%s", is_work ? "gate_" : "", name, index);
        at += 2;
    }
}

const char *act_suffix(const Lowering *lowering, Act act) {
    return act == ACT_none ? "" : arena_printf(lowering->arena, "_%s", act_info(act)->name);
}

const char *act_prefix(const Lowering *lowering, Act act) {
    return act == ACT_none ? "" : arena_printf(lowering->arena, "%s_", act_info(act)->name);
}

const char *precision_suffix(const Node *node) {
    switch (product_element(node)) {
    case ELEMENT_bf16:
        return "_bf16";
    case ELEMENT_f16:
        return "_f16";
    case ELEMENT_s8:
        return "_int8";
    default:
        return "";
    }
}

const char *bytes_suffix(const Node *node) {
    return makes_bytes(node) ? "_u8" : "";
}

const char *residual_suffix(const Node *node) {
    if (!node->has_residual) {
        return "";
    }
    if (adds_bytes(node)) {
        return "_add_u8";
    }
    return node->residual_scale ? "_scaled" : "_add";
}
