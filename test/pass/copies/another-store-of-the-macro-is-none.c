// The stores of a macro have one place in the source. That of a number is not taken for that of the
// pointer, which the optimiser has made a register of.
// RUN: %clang -g -O2 -S -emit-llvm -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs %s -o - | FileCheck %s
struct position {
  unsigned long line, column;
};
#define STEP(n)     \
  case n:           \
    at += n;        \
    pos->column++;  \
    break
// CHECK-LABEL: define {{.*}}void @advance(
// CHECK-NOT: __memscope_store
// CHECK: ret void
void advance(const char *at, const char *end, struct position *pos) {
  while (at < end)
    switch (*at) {
      STEP(2);
      STEP(3);
      STEP(4);
    default:
      at++;
      pos->line++;
    }
}
