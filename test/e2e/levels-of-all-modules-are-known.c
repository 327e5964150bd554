// The trace says "full" alone only if every module was compiled at that level; a library of another level
// that is loaded later is said, too.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O1 -fmemscope=full -c %s -o %t.main.o
// RUN: memscope-cc -g -O1 -fmemscope=full -DOTHER -c %s -o %t.full.o
// RUN: memscope-cc -g -O1 -fmemscope=refs -DOTHER -c %s -o %t.refs.o
// RUN: memscope-cc -g -O1 -fmemscope=alloc -DOTHER -fPIC -shared %s -o %t.alloc.so
// RUN: memscope-cc %t.main.o %t.full.o -ldl -o %t.whole
// RUN: memscope-cc %t.main.o %t.refs.o -ldl -o %t.mixed
// RUN: env MEMSCOPE_OPTIONS=out=%t.whole.mscope %t.whole
// RUN: env MEMSCOPE_OPTIONS=out=%t.mixed.mscope %t.mixed
// RUN: env MEMSCOPE_OPTIONS=out=%t.loaded.mscope %t.whole %t.alloc.so
// RUN: memscope dump %t.whole.mscope | FileCheck --check-prefix=WHOLE %s
// RUN: memscope dump %t.mixed.mscope | FileCheck --check-prefix=MIXED %s
// RUN: memscope dump %t.loaded.mscope | FileCheck --check-prefix=LOADED %s
// WHOLE: info "levels" value="full"
// WHOLE-NOT: "levels-later"
// MIXED: info "levels" value="{{full|refs}}"
// MIXED: info "levels-later" value="{{full|refs}}"
// LOADED-DAG: info "levels" value="full"
// LOADED-DAG: info "levels-later" value="alloc"
#include <dlfcn.h>
#include <stdlib.h>

void *make(void);
#ifdef OTHER
void *make(void) { return malloc(8); }
#else
int main(int argc, char **argv) {
  free(make());
  return argc > 1 && !dlopen(argv[1], RTLD_NOW);
}
#endif
