/* planted.h - for the programs with one planted bug each.
 *
 * use() hides a pointer's fate from the compiler and keeps nothing.
 */
#ifndef PLANTED_H
#define PLANTED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

static inline void use(const void *p) { __asm__ volatile("" : : "r"(p) : "memory"); }

#endif
