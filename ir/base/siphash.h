/* siphash.h - a keyed hash of bytes: without the key nobody can construct colliding inputs. */
#ifndef XNC_IR_SIPHASH_H
#define XNC_IR_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

/* SipHash-1-3 (Aumasson, Bernstein: SipHash: a fast short-input PRF, 2012) of length bytes. The
 * result does not depend on the byte order of the machine. */
uint64_t siphash(const uint64_t key[2], const void *bytes, size_t length);

#endif
