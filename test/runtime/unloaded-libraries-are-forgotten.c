// After dlclose another library at the same addresses is another module, and contexts of the
// first are not used for it.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer -shared -fPIC -DPLUGIN=alpha %s -o %t.alpha.so
// RUN: %cc -g -O0 -fno-omit-frame-pointer -shared -fPIC -DPLUGIN=beta %s -o %t.beta.so
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.mscope %t %t.alpha.so %t.beta.so
// RUN: memscope dump %t.mscope | FileCheck %s
// CHECK-DAG: module [[A:[0-9]+]] {{.*}}alpha.so"
// CHECK-DAG: module [[B:[0-9]+]] {{.*}}beta.so"
// CHECK-DAG: context [[CA:[0-9]+]] fn=malloc frames=[[A]]+
// CHECK-DAG: context [[CB:[0-9]+]] fn=malloc frames=[[B]]+
// CHECK: alloc {{.*}} size=4321 ctx=[[CA]]
// CHECK: alloc {{.*}} size=4321 ctx=[[CB]]
#include <stdlib.h>
#ifdef PLUGIN
void *plug(void) { return malloc(4321); }
#else
#include <dlfcn.h>
int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    void *h = dlopen(argv[i], RTLD_NOW);
    void *(*plug)(void) = (void *(*)(void))dlsym(h, "plug");
    free(plug());
    dlclose(h);
  }
  return 0;
}
#endif
