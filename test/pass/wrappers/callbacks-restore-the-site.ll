; A function whose address is taken may be called back by code that was not instrumented: it puts
; the site back before every return, though not behind a musttail call.
; RUN: %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate,memscope-instrument,verify -S %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"
@g = global ptr null
declare ptr @malloc(i64)
declare i32 @opaque(ptr)
declare void @qsort(ptr, i64, i64, ptr)

; CHECK-LABEL: define i32 @compare(
; CHECK-DAG: %[[E:memscope.caller]] = load volatile ptr, ptr
; CHECK-DAG: %[[F:memscope.frame]] = load volatile ptr, ptr
; CHECK-DAG: %[[S:memscope.stack]] = load volatile ptr, ptr
; CHECK: call ptr @malloc
; CHECK: br i1
; CHECK: store volatile ptr %[[E]], ptr
; CHECK: store volatile ptr %[[F]], ptr
; CHECK: store volatile ptr %[[S]], ptr
; CHECK-NEXT: ret i32 0
; CHECK-NOT: store volatile ptr %[[E]]
; CHECK: musttail call i32 @opaque
; CHECK-NEXT: ret i32
define i32 @compare(ptr %a) {
  %p = call ptr @malloc(i64 1)
  store ptr %p, ptr @g
  %c = icmp eq ptr %p, null
  br i1 %c, label %null, label %more
null:
  ret i32 0
more:
  %r = musttail call i32 @opaque(ptr %p)
  ret i32 %r
}

; CHECK-LABEL: define void @direct(
; CHECK-NOT: load volatile
; CHECK: ret void
define void @direct(ptr %base) {
  call void @qsort(ptr %base, i64 4, i64 4, ptr @compare)
  ret void
}
