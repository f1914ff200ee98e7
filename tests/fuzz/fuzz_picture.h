/* fuzz_picture.h - any bytes as a picture. */
#ifndef XNC_TESTS_FUZZ_PICTURE_H
#define XNC_TESTS_FUZZ_PICTURE_H

#include "fuzz.h"
#include "picture.h"

enum { FUZZ_PIXELS = 1 << 18 }; /* larger ones only take time */

/* Decodes the bytes; what can be decoded goes on to the input of a small network. */
void fuzz_picture(FuzzCase *fuzz);

#endif
