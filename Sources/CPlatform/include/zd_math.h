/* The C library's functions that operators call: Embedded Swift has no module for the C library. */
#ifndef ZD_MATH_H
#define ZD_MATH_H

/* e to the x, as the C library computes it. */
static inline float zd_exp(float x) { return __builtin_expf(x); }

#endif
