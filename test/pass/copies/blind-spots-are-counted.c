// Pointer copies that cannot be recorded are counted by -memscope-stats and named by
// -memscope-remarks with the reason.
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -mllvm -memscope-stats -mllvm -memscope-remarks -O0 -c %s -o %t.o 2>&1 | FileCheck %s
char *slot;
// CHECK: blind-spots-are-counted.c:[[@LINE+1]]:{{.*}} pointer copy in assembly is not recorded: inline assembly writes a pointer to memory
void assembly(char *p) { __asm__("mov %1, %0" : "=m"(slot) : "r"(p)); }
// CHECK: blind-spots-are-counted.c:[[@LINE+1]]:{{.*}} pointer copy in bits is not recorded: an atomic minimum, maximum or the like
void bits(void) { __atomic_fetch_nand((unsigned long *)&slot, 1, __ATOMIC_RELAXED); }
// CHECK: blind-spots-are-counted.c:[[@LINE+2]]:{{.*}} pointer copy in off is not recorded: instrumentation is off for the function
__attribute__((disable_sanitizer_instrumentation))
void off(char *p) { slot = p; }
// CHECK: copies left out 4
