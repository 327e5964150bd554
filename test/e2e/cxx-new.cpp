// operator new, new[] and what the standard library allocates for an object are recorded, and
// the variable that new was stored in has the name.
// REQUIRES: plugin
// RUN: memscope-c++ -g -O0 %s -o %t && memscope run -q -o %t.mscope -- %t
// RUN: memscope report --by site -w 200 %t.mscope | FileCheck %s
// RUN: memscope-c++ -g -O2 %s -o %t && memscope run -q -o %t.mscope -- %t
// RUN: memscope report --by site -w 200 %t.mscope | FileCheck %s
#include <string>
#include <vector>

struct Shape {
  std::string name;
  int *points;
};
Shape *shape;

int main() {
  // CHECK-DAG: {{^}}  shape {{ *}}Shape {{ *}}{{[^ ]*}}:[[@LINE+1]]:11 {{ *}}main {{ *}}1 {{ *}}40 B
  shape = new Shape;
  // CHECK-DAG: {{^}}  shape->points {{ *}}int[] {{ *}}{{[^ ]*}}:[[@LINE+1]]:19 {{ *}}main {{ *}}1 {{ *}}40 B
  shape->points = new int[10];
  // CHECK-DAG: {{ }}1,001 B
  shape->name = std::string(1000, 'x');
  return 0;
}
