/* md5.h - the digest by which files are published that Keras downloads (RFC 1321). It tells one
 * file from another, and protects from nobody.
 */
#ifndef XNC_COMPILER_WEIGHTS_MD5_H
#define XNC_COMPILER_WEIGHTS_MD5_H

#include <stddef.h>
#include <stdint.h>

enum { MD5_TEXT_BYTES = 33 };

/* 32 lower-case digits of base 16, and a NUL. */
void md5_text(const uint8_t *data, size_t size, char text[MD5_TEXT_BYTES]);

#endif
