// Limitation name-macro-local: a macro's own local variable is named as in the macro, not as the argument
// that it stands for.
// RUN: memscope-cc -g -O0 -fmemscope=refs -c %s -o %t.o && memscope dump --sites %t.o | FileCheck %s
// RUN: memscope-cc -g -O2 -fmemscope=refs -c %s -o %t.2.o && memscope dump --sites %t.2.o | FileCheck %s
#include <stdlib.h>
struct value {
  char *text;
};
#define SET_TEXT(target, n)       \
  do {                            \
    struct value *x_ = (target);  \
    x_->text = malloc(n);         \
  } while (0)

void by_macro(struct value *first) {
  // CHECK-DAG: kind=alloc slot=field function="by_macro" {{.*}}line=[[@LINE+1]] {{.*}}path="x_->text"
  SET_TEXT(first, 3);
}

void by_hand(struct value *second) {
  // CHECK-DAG: kind=alloc slot=field function="by_hand" {{.*}}line=[[@LINE+1]] {{.*}}path="second->text"
  second->text = malloc(3);
}
