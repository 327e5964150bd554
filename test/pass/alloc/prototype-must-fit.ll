; A function that only shares its name with an allocator is not taken for one: here malloc returns
; an integer and free takes one, so both are opaque calls (kind 6).
; RUN: %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"
declare i32 @malloc(i32)
declare void @free(i32)
define void @f() {
  %a = call i32 @malloc(i32 1)
  call void @free(i32 %a)
  ret void
}
; CHECK-DAG: !"malloc", i32 0, i32 0, i32 6,
; CHECK-DAG: !"free", i32 0, i32 0, i32 6,
