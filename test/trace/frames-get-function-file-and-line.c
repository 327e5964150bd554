// Frames of a module whose build-id is right are named, inlined functions with their callers;
// with another build-id they are not, and afterwards the trace needs no binary.
// RUN: %clang -g -O2 -shared -fPIC -Wl,--build-id=0x0123456789abcdef0123456789abcdef %s -o %t.so
// RUN: %python %S/Inputs/frame_trace.py %t.so outer 0123456789abcdef0123456789abcdef > %t.txt
// RUN: memscope assemble %t.txt -o %t.mscope
// RUN: memscope symbolize %t.mscope | FileCheck --check-prefix=COUNT %s
// COUNT: 1 of 1 stack frames have a name
// RUN: rm %t.so
// RUN: memscope symbolize %t.mscope | FileCheck --check-prefix=COUNT %s
// RUN: memscope dump %t.mscope | FileCheck %s

// RUN: %clang -g -O2 -shared -fPIC -Wl,--build-id=0x0123456789abcdef0123456789abcdef %s -o %t.so
// RUN: %python %S/Inputs/frame_trace.py %t.so outer 00 > %t.txt
// RUN: memscope assemble %t.txt -o %t.mscope
// RUN: memscope symbolize %t.mscope | FileCheck --check-prefix=NONE %s
// NONE: 0 of 1 stack frames have a name

// Stripped of debug information, the symbol table still knows the function.
// RUN: %clang -O2 -shared -fPIC -Wl,--build-id=0x0123456789abcdef0123456789abcdef %s -o %t.so
// RUN: %python %S/Inputs/frame_trace.py %t.so outer 0123456789abcdef0123456789abcdef > %t.txt
// RUN: memscope assemble %t.txt -o %t.mscope
// RUN: memscope symbolize %t.mscope
// RUN: memscope dump %t.mscope | FileCheck --check-prefix=SYMTAB %s
// SYMTAB: symbol 1+0x{{[0-9a-f]+}} function="outer"
// SYMTAB-NOT: symbol

void *volatile sink;
void *allocate(int);

static inline __attribute__((always_inline)) void inner(int n) {
  // CHECK: symbol 1+0x[[#%x,AT:]] function="inner" file="{{.*}}frames-get-function-file-and-line.c" line=[[# @LINE + 1]]
  sink = allocate(n);
}

void outer(int n) {
  // CHECK-NEXT: symbol 1+0x[[#AT]] level=1 function="outer" file="{{.*}}" line=[[# @LINE + 1]]
  inner(n);
  sink = 0;
}
