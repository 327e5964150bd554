// Limitation name-dwarf6: with -gdwarf-6 (clang 22) it is not known that a module is C++, and its types are
// spelled as those of C.
// REQUIRES: llvm-22
// RUN: memscope-c++ -gdwarf-5 -O0 -c %s -o %t.5.o && memscope dump --sites %t.5.o | FileCheck --check-prefix=FIVE %s
// RUN: memscope-c++ -gdwarf-6 -O0 -c %s -o %t.6.o && memscope dump --sites %t.6.o | FileCheck --check-prefix=SIX %s
// FIVE: kind=alloc {{.*}}path="node" type="node"
// SIX: kind=alloc {{.*}}path="node" type="struct node"
struct node {
  int value;
};
node *node;

void make() { node = new struct node; }
