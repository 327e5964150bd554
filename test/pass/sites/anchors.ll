; A function that may come to an allocator in a loop says at its entry that it begins, before it calls
; anything, and has a mark before its code. Loops that call nothing, call what allocates nothing, or
; hardly ever call are not worth it; nor is what already has something before its code touched.
; RUN: %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate,memscope-instrument -S %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"
declare ptr @malloc(i64)
declare void @other(ptr)
declare void @harmless(ptr) nofree
declare void @fails() noreturn
; CHECK: @__memscope_tls = external thread_local(initialexec) global { ptr, ptr, ptr, ptr, i64, [65 x i64] }

; CHECK-LABEL: define void @calls_in_loop(ptr %p, i32 %n) prefix [2 x i64] [i64 {{.+}}, i64 {{.+}}] {
; CHECK: [[FP:%.+]] = call ptr @llvm.frameaddress.p0(i32 0)
; CHECK-NEXT: [[INT:%.+]] = ptrtoint ptr [[FP]] to i64
; CHECK-NEXT: [[HALF:%.+]] = lshr i64 [[INT]], 1
; CHECK-NEXT: [[AT:%.+]] = and i64 [[HALF]], 504
; CHECK-NEXT: [[TLS:%.+]] = call ptr @llvm.threadlocal.address.p0(ptr @__memscope_tls)
; CHECK-NEXT: [[ANCHORS:%.+]] = getelementptr inbounds i8, ptr [[TLS]], i64 40
; CHECK-NEXT: [[WORD:%.+]] = getelementptr inbounds i8, ptr [[ANCHORS]], i64 [[AT]]
; CHECK-NEXT: store volatile i64 0, ptr [[WORD]]
; CHECK: call void @other
define void @calls_in_loop(ptr %p, i32 %n) {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  call void @other(ptr %p)
  %next = add i32 %i, 1
  %more = icmp slt i32 %next, %n
  br i1 %more, label %loop, label %done
done:
  ret void
}

; CHECK-LABEL: define void @calls_once(ptr %p) {
; CHECK-NOT: store volatile i64 0
define void @calls_once(ptr %p) {
  call void @other(ptr %p)
  ret void
}

; CHECK-LABEL: define void @calls_harmless(ptr %p, i32 %n) {
; CHECK-NOT: store volatile i64 0
define void @calls_harmless(ptr %p, i32 %n) {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  call void @harmless(ptr %p)
  %next = add i32 %i, 1
  %more = icmp slt i32 %next, %n
  br i1 %more, label %loop, label %done
done:
  ret void
}

; CHECK-LABEL: define void @hardly_calls(ptr %p, i32 %n) {
; CHECK-NOT: store volatile i64 0
define void @hardly_calls(ptr %p, i32 %n) {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %check ]
  %rare = icmp eq i32 %i, 77
  br i1 %rare, label %call, label %check, !prof !0
call:
  call void @other(ptr %p)
  br label %check
check:
  %next = add i32 %i, 1
  %more = icmp slt i32 %next, %n
  br i1 %more, label %loop, label %done
done:
  ret void
}

; CHECK-LABEL: define void @has_prefix(ptr %p, i32 %n) prefix i32 7 {
; CHECK-NOT: store volatile i64 0
define void @has_prefix(ptr %p, i32 %n) prefix i32 7 {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  call void @other(ptr %p)
  %next = add i32 %i, 1
  %more = icmp slt i32 %next, %n
  br i1 %more, label %loop, label %done
done:
  ret void
}

; CHECK-LABEL: define void @fails_in_loop(i32 %n) {
; CHECK-NOT: store volatile i64 0
define void @fails_in_loop(i32 %n) {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %check ]
  %bad = icmp eq i32 %i, -1
  br i1 %bad, label %fail, label %check
fail:
  call void @fails()
  unreachable
check:
  %next = add i32 %i, 1
  %more = icmp slt i32 %next, %n
  br i1 %more, label %loop, label %done
done:
  ret void
}

define ptr @allocates() {
  %p = call ptr @malloc(i64 8)
  ret ptr %p
}
!0 = !{!"branch_weights", i32 1, i32 100000}
