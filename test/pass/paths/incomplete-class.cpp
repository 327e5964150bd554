// By default clang leaves a class out of the debug info of files that do not define its constructor.
// Its members have no names then: the path gives the offset, and -fstandalone-debug gives the name.
// RUN: %clangxx -g -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
// RUN: %clangxx -g -O2 -fstandalone-debug -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s --check-prefix=WHOLE
struct Box {
  Box();
  long n;
  char *buf;
  void fill();
};
void Box::fill() { buf = new char[3]; }
// CHECK: !"fill", {{.*}}, !"this->(+8)", !"", !"operator new[]"
// WHOLE: !"fill", {{.*}}, !"this->buf", !"char", !"operator new[]"
