// Each form of operator new and delete is one event of its own family, though the library
// makes it of malloc and of each other; also after a throw and through a new-handler.
// RUN: rm -f %t*.mscope
// RUN: %cxx -std=c++17 -g -O0 -fno-omit-frame-pointer %s -o %t
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.mscope %t
// RUN: memscope dump %t.mscope | FileCheck %s
// RUN: %t.check %t.mscope | FileCheck --check-prefix=TOTAL %s
#include <cstdlib>
#include <new>
#include <string>
struct alignas(64) wide { char bytes[192]; };
static int calls;
static void *spare;
static void handler() {
  free(malloc(777));
  delete new char;
  if (++calls == 2)
    throw std::bad_alloc();
}
static void deeper(int n) {
  if (n)
    return deeper(n - 1);
  delete[] new char[901];
}
// CHECK-DAG: context [[NEW:[0-9]+]] fn="operator new"
// CHECK-DAG: fn="operator new[]"
// CHECK-DAG: fn="operator delete"
// CHECK-DAG: fn="operator delete[]"
// CHECK-NOT: fn=memalign
// CHECK-NOT: fn=aligned_alloc
int main() {
  // CHECK: alloc {{.*}} size=801
  delete[] new char[801];
  // CHECK-NEXT: free
  // CHECK-NEXT: alloc {{.*}} size=192
  delete new wide;
  // CHECK-NEXT: free
  // CHECK-NEXT: alloc {{.*}} size=384
  delete[] new wide[2];
  // CHECK-NEXT: free
  // CHECK-NEXT: alloc {{.*}} size=803
  operator delete(operator new(803, std::nothrow), std::nothrow);
  // CHECK-NEXT: free
  // CHECK-NEXT: alloc {{.*}} size=804
  operator delete(operator new(804, std::align_val_t(128)), std::align_val_t(128));
  // CHECK-NEXT: free
  volatile size_t huge = ~size_t(0) / 2;
  try {
    // CHECK-NEXT: alloc-fail size=9223372036854775807
    delete[] new char[huge];
  } catch (std::bad_alloc &) {
    // CHECK: alloc {{.*}} size=901
    deeper(10);
    // CHECK-NEXT: free
  }
  std::set_new_handler(handler);
  try {
    // CHECK: alloc-fail size=9223372036854775807
    // CHECK-NEXT: alloc {{.*}} size=777
    // CHECK-NEXT: free
    // CHECK-NEXT: alloc {{.*}} size=1
    // CHECK-NEXT: free
    // CHECK-NEXT: alloc-fail size=9223372036854775807
    delete[] new char[huge];
  } catch (std::bad_alloc &) {
    // CHECK: alloc {{.*}} size=902
    delete[] new char[902];
  }
  // CHECK: exit
  // TOTAL: bad=0
  return 0;
}
