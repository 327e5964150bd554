// -ffreestanding code calls nothing of MemScope's, so that it links without it.
// REQUIRES: plugin
// RUN: memscope-cc -g -O1 -ffreestanding -c %s -o %t.o && llvm-nm -u %t.o | FileCheck --allow-empty %s
// RUN: memscope-cc -nostdlib -r %t.o -o %t.r.o
// CHECK-NOT: __memscope
void *kmalloc(unsigned long);
void *p;
void start(void) { p = kmalloc(3); }
