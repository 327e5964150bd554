// With ccache in front the second compilation is a hit and gives the same object; another
// plug-in or clang is another compiler to CCACHE_COMPILERCHECK as memscope-cc(1) gives it.
// REQUIRES: plugin, ccache
// RUN: rm -rf %t.cache && mkdir -p %t.d && cd %t.d && cp %s a.c
// RUN: env CCACHE_DIR=%t.cache ccache memscope-cc -g -O1 -c a.c -o first.o
// RUN: env CCACHE_DIR=%t.cache ccache memscope-cc -g -O1 -c a.c -o second.o
// RUN: env CCACHE_DIR=%t.cache ccache -s -v | FileCheck --check-prefix=HIT %s
// HIT: Hits: {{ *}}1
// RUN: cmp first.o second.o
// RUN: memscope-cc second.o -o a && memscope dump --sites a | FileCheck %s
// RUN: rm -rf %t.lib && mkdir -p %t.lib/llvm-%llvm_major && cp %memscope_pass %t.lib/llvm-%llvm_major/
// RUN: env CCACHE_DIR=%t.cache "CCACHE_COMPILERCHECK=%%compiler%% --memscope-version" ccache memscope-cc -g -O1 -c a.c -o third.o
// RUN: env CCACHE_DIR=%t.cache "CCACHE_COMPILERCHECK=%%compiler%% --memscope-version" MEMSCOPE_LIB_DIR=%t.lib ccache memscope-cc -g -O1 -c a.c -o fourth.o
// RUN: env CCACHE_DIR=%t.cache ccache -s -v | FileCheck --check-prefix=MISS %s
// MISS: Hits: {{ *}}1 /
// MISS: Misses: {{ *}}3 /
#include <stdlib.h>
char *cached;
// CHECK: cached
int main(void) {
  cached = malloc(1);
  return 0;
}
