; The body of an available_externally function is thrown away after this module: it is not
; instrumented, nor are declarations.
; RUN: %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate,memscope-instrument,verify -S %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"
@g = global ptr null
declare ptr @malloc(i64)
; CHECK-LABEL: define available_externally void @elsewhere(
; CHECK-NOT: store volatile
; CHECK: ret void
define available_externally void @elsewhere() {
  %p = call ptr @malloc(i64 1)
  store ptr %p, ptr @g
  ret void
}
; CHECK-LABEL: define linkonce_odr void @here(
; CHECK: store volatile
define linkonce_odr void @here() {
  %p = call ptr @malloc(i64 1)
  store ptr %p, ptr @g
  ret void
}
