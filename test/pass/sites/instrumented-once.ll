; A module that carries the flag is left alone by both passes: LTO runs the end of the pipeline a
; second time.
; RUN: %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate,memscope-instrument -S %s -o %t.1
; RUN: %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate,memscope-instrument -S %t.1 | FileCheck %s
; CHECK: define void @f
; CHECK-COUNT-2: store volatile
; CHECK-NOT: store volatile
; CHECK: call ptr @malloc
; CHECK: call void @__memscope_module_register
; CHECK-NOT: call void @__memscope_module_register
target triple = "x86_64-unknown-linux-gnu"
@g = global ptr null
declare ptr @malloc(i64)
define void @f() {
  %p = call ptr @malloc(i64 1)
  store ptr %p, ptr @g
  ret void
}
