/* test_header.cpp - the public headers are C++17 without warnings, and link from there. */
#include "xnc.h"
#include "xnc_image.h"
#include "xnc_model.h"
#include "xnc_top.h"

int main() {
    xnc_exec exec = {};
    xnc_ranked best[1];
    const float values[] = {1.0f, 2.0f};
    bool right = exec.pool == nullptr && xnc_status_text(XNC_OK) != nullptr &&
                 xnc_top(values, 2, best, 1) == 1 && best[0].index == 1;
    return right ? 0 : 1;
}
