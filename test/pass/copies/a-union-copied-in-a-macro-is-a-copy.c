// An interpreter's value is a union with a tag, copied by a macro with variables of its own. All of the
// macro's stores have one place in the source; the copy, which the optimiser makes an integer's store of,
// is not taken for that of the macro's variables, which has no slot then and would not be recorded.
// RUN: %clang -g -O2 -S -emit-llvm -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs %s -o - | FileCheck %s
union payload {
  void *pointer;
  long number;
  double real;
};
struct value {
  union payload of;
  unsigned char tag;
};
#define SET(to, from)            \
  {                              \
    struct value *a = (to);      \
    const struct value *b = (from); \
    a->of = b->of;               \
    a->tag = b->tag;             \
  }
// CHECK-LABEL: define {{.*}}void @set(
// CHECK: call {{.*}}@__memscope_store(
// CHECK-NOT: __memscope_store
// CHECK: ret void
void set(struct value *to, const struct value *from) { SET(to, from) }
