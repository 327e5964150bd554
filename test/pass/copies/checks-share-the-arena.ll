; Checks load what they compare with once, as long as nothing can bring a block that is newer: not across
; a call, an atomic or volatile access, nor round a loop. A hook, and calls of the compiler's own, bring none.
; RUN: %opt -load-pass-plugin=%memscope_pass -memscope-level=refs -passes=memscope-annotate,memscope-instrument,verify -S %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"
declare void @other()
declare i32 @llvm.ctpop.i32(i32)
; CHECK-LABEL: define void @shared(
define void @shared(ptr %x, ptr %v, i1 %c) {
; CHECK-COUNT-1: load i32, ptr @__memscope_arena
; CHECK-NOT: @__memscope_arena
; CHECK: ret void
  store ptr %v, ptr %x, align 8
  %n = call i32 @llvm.ctpop.i32(i32 7)
  %y = getelementptr i8, ptr %x, i64 8
  store ptr %x, ptr %y, align 8
  br i1 %c, label %then, label %out
then:
  store ptr null, ptr %y, align 8
  br label %out
out:
  store ptr null, ptr %x, align 8
  ret void
}
; CHECK-LABEL: define void @call(
define void @call(ptr %x, ptr %v) {
; CHECK: load i32, ptr @__memscope_arena
; CHECK: call void @other
; CHECK: load i32, ptr @__memscope_arena
  store ptr %v, ptr %x, align 8
  call void @other()
  store ptr null, ptr %x, align 8
  ret void
}
; CHECK-LABEL: define void @on_one_way(
define void @on_one_way(ptr %x, ptr %v, i1 %c) {
; CHECK: load i32, ptr @__memscope_arena
; CHECK: call void @other
; CHECK: out:
; CHECK: load i32, ptr @__memscope_arena
  store ptr %v, ptr %x, align 8
  br i1 %c, label %then, label %out
then:
  call void @other()
  br label %out
out:
  store ptr null, ptr %x, align 8
  ret void
}
; CHECK-LABEL: define void @from_another_thread(
define void @from_another_thread(ptr %x, ptr %v, ptr %inbox) {
; CHECK: load i32, ptr @__memscope_arena
; CHECK: load atomic
; CHECK: load i32, ptr @__memscope_arena
; CHECK: load volatile
; CHECK: load i32, ptr @__memscope_arena
; CHECK: fence
; CHECK: load i32, ptr @__memscope_arena
  store ptr null, ptr %x, align 8
  %new = load atomic ptr, ptr %inbox acquire, align 8
  store ptr %new, ptr %x, align 8
  %flag = load volatile i32, ptr %inbox, align 4
  store ptr null, ptr %x, align 8
  fence acquire
  store ptr %v, ptr %x, align 8
  ret void
}
; CHECK-LABEL: define void @loop(
define void @loop(ptr %x, ptr %v, i1 %c) {
entry:
; CHECK: load i32, ptr @__memscope_arena
  store ptr %v, ptr %x, align 8
  br label %again
again:
; CHECK: again:
; CHECK: load i32, ptr @__memscope_arena
  store ptr null, ptr %x, align 8
  br i1 %c, label %again, label %out
out:
  ret void
}
