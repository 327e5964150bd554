; A step (x->end = x->end + n) stays in its block, so that the old value answers for the new one: if
; the slot is known to hold a pointer that the new one is made of, on every way to the store. A
; variable's first value takes the place of none. Neither is known if something may write in between.
; RUN: %opt -load-pass-plugin=%memscope_pass -memscope-level=refs -passes=memscope-annotate,memscope-instrument,verify -S %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
declare void @other(ptr)
; CHECK-LABEL: define void @step(
define void @step(ptr %x, i64 %n) {
; CHECK: load i8, ptr %{{.*}}, align 1
; CHECK: br i1
; CHECK: [[OLD:%.*]] = freeze
; CHECK: call preserve_mostcc void @__memscope_store(ptr %slot, ptr %next, ptr [[OLD]],
; CHECK: store ptr %next, ptr %slot
; CHECK-NEXT: ret void
  %slot = getelementptr inbounds i8, ptr %x, i64 16
  %p = load ptr, ptr %slot, align 8
  store i32 0, ptr %x, align 4
  %next = getelementptr inbounds i32, ptr %p, i64 %n
  store ptr %next, ptr %slot, align 8
  ret void
}
; Out of the block, or not of this slot's pointer.
; CHECK-LABEL: define void @no_step(
define void @no_step(ptr %x, i64 %n) {
; CHECK: store ptr %next, ptr %slot
; CHECK: store ptr %next, ptr %slot
; CHECK-NEXT: getelementptr inbounds i8, ptr %slot, i64 5
  %slot = getelementptr inbounds i8, ptr %x, i64 16
  %p = load ptr, ptr %slot, align 8
  %next = getelementptr i32, ptr %p, i64 %n
  store ptr %next, ptr %slot, align 8
; CHECK: store ptr %more, ptr %slot
; CHECK: store ptr %more, ptr %slot
; CHECK-NEXT: getelementptr inbounds i8, ptr %slot, i64 5
  %q = load ptr, ptr %x, align 8
  %more = getelementptr inbounds i32, ptr %q, i64 %n
  store ptr %more, ptr %slot, align 8
  ret void
}
; CHECK-LABEL: define void @written_in_between(
define void @written_in_between(ptr %x, ptr %y) {
; CHECK: store ptr %next, ptr %x
; CHECK: store ptr %next, ptr %x
; CHECK-NEXT: getelementptr inbounds i8, ptr %x, i64 5
  %p = load ptr, ptr %x, align 8
  store i8 0, ptr %y
  %next = getelementptr inbounds i8, ptr %p, i64 1
  store ptr %next, ptr %x, align 8
  ret void
}
; A cursor that a loop keeps in a register; what it was before the loop is known, too.
; CHECK-LABEL: define void @loop(
define void @loop(ptr %cursor, ptr %end) {
entry:
  %start = load ptr, ptr %cursor, align 8
  br label %again
again:
; CHECK: %next = getelementptr
; CHECK: br i1
; CHECK: freeze
; CHECK: call preserve_mostcc void @__memscope_store(ptr %cursor, ptr %next,
; CHECK: store ptr %next, ptr %cursor
; CHECK-NEXT: %done = icmp
  %at = phi ptr [ %start, %entry ], [ %next, %again ]
  %next = getelementptr inbounds i8, ptr %at, i64 1
  store ptr %next, ptr %cursor, align 8
  %done = icmp eq ptr %next, %end
  br i1 %done, label %out, label %again
out:
  ret void
}
; Here one way to the store says nothing, there another slot is written to each time.
; CHECK-LABEL: define void @loop_of_unknown(
define void @loop_of_unknown(ptr %cursor, ptr %start, ptr %end) {
entry:
  br label %again
again:
; CHECK: store ptr %next, ptr %cursor
; CHECK: store ptr %next, ptr %cursor
; CHECK-NEXT: getelementptr inbounds i8, ptr %cursor, i64 5
  %at = phi ptr [ %start, %entry ], [ %next, %again ]
  %next = getelementptr inbounds i8, ptr %at, i64 1
  store ptr %next, ptr %cursor, align 8
  %done = icmp eq ptr %next, %end
  br i1 %done, label %out, label %again
out:
  ret void
}
; CHECK-LABEL: define void @loop_over_slots(
define void @loop_over_slots(ptr %slots, ptr %end) {
entry:
  %start = load ptr, ptr %slots, align 8
  br label %again
again:
; CHECK: store ptr %next, ptr %slot
; CHECK: store ptr %next, ptr %slot
; CHECK-NEXT: getelementptr inbounds i8, ptr %slot, i64 5
  %slot = phi ptr [ %slots, %entry ], [ %other, %again ]
  %at = phi ptr [ %start, %entry ], [ %next, %again ]
  %next = getelementptr inbounds i8, ptr %at, i64 1
  store ptr %next, ptr %slot, align 8
  %other = getelementptr inbounds i8, ptr %slot, i64 8
  %done = icmp eq ptr %next, %end
  br i1 %done, label %out, label %again
out:
  ret void
}
; CHECK-LABEL: define void @first(
define void @first(ptr %v, ptr %w, i1 %c) {
; CHECK-NOT: br i1
; CHECK: store ptr %v, ptr %second
; CHECK: br i1
; CHECK: call preserve_mostcc void @__memscope_store(ptr %second, ptr %v, ptr null,
; CHECK: br i1 %c
; CHECK: store ptr %w, ptr %pair
; CHECK: call preserve_mostcc void @__memscope_store(ptr %pair, ptr %w, ptr null,
  %pair = alloca [2 x ptr], align 16
  %second = getelementptr inbounds i8, ptr %pair, i64 8
  store ptr %v, ptr %second, align 8
  br i1 %c, label %then, label %out
then:
  store ptr %w, ptr %pair, align 8
  call void @other(ptr %pair)
; CHECK: call void @other(
; CHECK: load i8
; CHECK: freeze
; CHECK: store ptr null, ptr %pair
  store ptr null, ptr %pair, align 8
  br label %out
out:
  ret void
}
; CHECK-LABEL: define void @first_of_many(
define void @first_of_many(ptr %v, i1 %c) {
entry:
  %one = alloca ptr, align 8
  br label %again
again:
; CHECK: load i8
; CHECK: store ptr %v, ptr %one
; CHECK: store ptr %v, ptr %one
  store ptr %v, ptr %one, align 8
  call void @other(ptr %one)
  br i1 %c, label %again, label %out
out:
  ret void
}
; Nor is it known in a function that longjmp comes back to.
; CHECK-LABEL: define void @first_again(
define void @first_again(ptr %v) {
; CHECK: call i32 @setjmp
; CHECK: load i8
; CHECK: freeze
; CHECK: store ptr %v, ptr %one
; CHECK: store ptr %v, ptr %one
  %one = alloca ptr, align 8
  %n = call i32 @setjmp(ptr %v) returns_twice
  store ptr %v, ptr %one, align 8
  call void @other(ptr %one)
  ret void
}
declare i32 @setjmp(ptr) returns_twice
