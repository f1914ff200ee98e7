/* sleef.h - the functions of SLEEF that the tool calls, for wheels (sleef.c).
 * SPDX-License-Identifier: BSL-1.0
 */
#ifndef XNC_WHEEL_SLEEF_H
#define XNC_WHEEL_SLEEF_H

/* exp and erf within 1 ulp, with fused multiply-adds; the last without them. */
float Sleef_finz_expf1_u10purecfma(float x);
float Sleef_finz_erff1_u10purecfma(float x);
float Sleef_cinz_expf1_u10purec(float x);

#endif
