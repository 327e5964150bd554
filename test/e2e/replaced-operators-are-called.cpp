// Where the program has its own operator new and delete, or its own malloc, they are called as without us, by
// the library's other forms too; and each event is recorded once.
// REQUIRES: plugin
// RUN: memscope-c++ -g -O0 %s -o %t && memscope run -q -o %t.mscope -- %t | FileCheck --check-prefix=SAYS %s
// RUN: memscope report --by site -w 200 %t.mscope | FileCheck %s
// RUN: memscope-c++ -g -O0 -DOWN_OPERATORS %s -o %t && memscope run -q -o %t.mscope -- %t | FileCheck --check-prefix=OPERATORS %s
// RUN: memscope report --by site -w 200 %t.mscope | FileCheck %s
// RUN: memscope-c++ -g -O0 -DOWN_DELETE %s -o %t && memscope run -q -o %t.mscope -- %t | FileCheck --check-prefix=DELETE %s
// RUN: memscope report --by site -w 200 %t.mscope | FileCheck %s
// SAYS: new 0 delete 0
// OPERATORS: new 4 delete 4
// DELETE: new 0 delete 4
#include <cstdio>
#include <cstdlib>
#include <new>
static volatile int news, deletes;
#ifdef OWN_OPERATORS
void *operator new(size_t size) {
  news = news + 1;
  return malloc(size);
}
#endif
#if defined(OWN_OPERATORS) || defined(OWN_DELETE)
void operator delete(void *block) noexcept {
  deletes = deletes + 1;
  free(block);
}
#endif
int *one, *many, *quiet, *kept;
int main() {
  one = new int(1);                // CHECK-DAG: {{^}}  one {{.*}} 1 {{ *}}4 B
  many = new int[5];               // CHECK-DAG: {{^}}  many {{.*}} 1 {{ *}}20 B
  quiet = new (std::nothrow) int;  // CHECK-DAG: {{^}}  quiet {{.*}} 1 {{ *}}4 B
  kept = new int[0];               // CHECK-DAG: {{^}}  kept {{.*}} 1 {{ *}}0 B
  delete one;
  delete[] many;
  delete quiet;
  delete[] kept;
  delete (int *)nullptr;
  printf("new %d delete %d\n", news, deletes);
}
