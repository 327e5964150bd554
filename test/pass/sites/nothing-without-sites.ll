; A module with nothing to name stays as it was: no table, no constructor, no reference to the
; runtime.
; RUN: %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate,memscope-instrument -S < %s | FileCheck %s
; CHECK-NOT: {{[@!_]}}memscope
target triple = "x86_64-unknown-linux-gnu"
define i32 @f(i32 %a) {
  ret i32 %a
}
