// headers.cpp - both models' headers in one C++17 file: sizes are constants, names do not collide.
#include <array>

#include "mini.h"
#include "own.h"

static_assert(MINI_CLASSES == 10 && OWN_CLASSES == 4);
using Logits = std::array<float, MINI_OUTPUT_0_ELEMENTS + OWN_OUTPUT_0_ELEMENTS>;
extern const xnc_model *const models[];
const xnc_model *const models[] = {&mini_model, &own_model};
