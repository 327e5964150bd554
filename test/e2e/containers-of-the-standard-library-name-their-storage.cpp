// Limitation name-stl: what a container of the C++ library allocates has a name from inside the library,
// not that of the container; the stack leads to the program's line.
// RUN: memscope-c++ -g -O0 %s -o %t
// RUN: memscope run -q -o %t.mscope -- %t
// RUN: memscope report --by site --width=200 %t.mscope | FileCheck %s
// RUN: memscope why %t.mscope __new_start | FileCheck --check-prefix=WHY %s
#include <vector>

struct table {
  std::vector<long> rows;
};
static struct table *table;

int main() {
  table = new struct table;
  // CHECK-NOT: table->rows
  // CHECK: __new_start
  // CHECK-NOT: table->rows
  // WHY: main {{ *}}{{[^ ]*}}.cpp:[[@LINE+1]]
  table->rows.push_back(3);
  return 0;
}
