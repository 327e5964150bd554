// C++: members through this, references, new and delete expressions; class names are qualified and
// carry no keyword.
// RUN: %clangxx -g -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S -o - | FileCheck %s
namespace ns {
struct Base { char *in_base; };
class Box : public Base {
  int n;
  char *buf_;
  Box *next_;
public:
  Box() : n(0) {}
  void fill();
  ~Box() { delete[] buf_; }
};
}
using ns::Box;
void Box::fill() {
  buf_ = new char[3];
  // CHECK-DAG: !"fill", {{.*}}, !"this->buf_", !"char", !"operator new[]", !"_Znam", i32 [[#@LINE-1]], i32 10, i32 1, i32 4,
  in_base = new char[4];
  // CHECK-DAG: !"this->in_base", !"char", {{.*}}, i32 [[#@LINE-1]],
  next_ = new Box;
  // CHECK-DAG: !"this->next_", !"ns::Box", !"operator new", !"_Znwm", i32 [[#@LINE-1]],
}
namespace { struct Local { int x; }; }
void take(Box *&&);
void f(char *&ref, Box &box) {
  ref = new char[5];
  // CHECK-DAG: !"ref", !"char", {{.*}}, i32 [[#@LINE-1]],
  box.in_base = new char[6];
  // CHECK-DAG: !"box.in_base", !"char", {{.*}}, i32 [[#@LINE-1]],
  Local *l = new Local();
  // CHECK-DAG: !"l", !"(anonymous namespace)::Local", {{.*}}, i32 [[#@LINE-1]],
  delete l;
  // CHECK-DAG: !"l", !"(anonymous namespace)::Local", !"operator delete", {{.*}}, i32 [[#@LINE-1]], i32 3, i32 4,
  take(new Box);
  // CHECK-DAG: !"argument 1 of take", !"ns::Box", {{.*}}, i32 [[#@LINE-1]],
  auto lambda = [&] { ref = new char[7]; };
  // CHECK-DAG: !"operator()", {{.*}}, !"this->ref", !"char", {{.*}}, i32 [[#@LINE-1]],
  lambda();
}
