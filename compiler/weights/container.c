/* container.c - the checks that every container needs: names of tensors, and paths.
 */
#include "container.h"

#include "clean.h"

/* Printable ASCII, as names are printed in messages and compared with generated names. */
bool tensor_name_fits(const char *name, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (name[i] < ' ' || name[i] > '~') {
            return false;
        }
    }
    return length >= 1 && length <= LIMIT_TENSOR_NAME;
}

const char *tensor_name_fault(size_t length) {
    if (length == 0) {
        return "is empty";
    }
    return length > LIMIT_TENSOR_NAME ? "has more than 512 bytes"
                                      : "has a character that is not printable ASCII";
}

bool path_stays_inside(const char *path, size_t length) {
    if (length == 0 || length > LIMIT_PATH_BYTES || path[0] == '/' ||
        !text_is_clean(path, length)) {
        return false;
    }
    for (size_t i = 0; i + 1 < length; i++) {
        bool begins = i == 0 || path[i - 1] == '/', ends = i + 2 == length || path[i + 2] == '/';
        if (begins && ends && path[i] == '.' && path[i + 1] == '.') {
            return false;
        }
    }
    return true;
}
