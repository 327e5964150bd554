; The old value is read before the store; one branch, marked unlikely, asks whether the new or the
; old value is in the tracked arena. Null and addresses of variables need only the old value.
; RUN: %opt -load-pass-plugin=%memscope_pass -memscope-level=refs -passes=memscope-annotate,memscope-instrument -S %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"
@g = global i32 0
; CHECK-LABEL: define void @both(
define void @both(ptr %slot, ptr %v) {
; CHECK: [[OLD:%.*]] = load ptr, ptr %slot, align 8
; CHECK-NEXT: store ptr %v, ptr %slot, align 8
; CHECK-NEXT: ptrtoint ptr %v to i64
; CHECK-NEXT: lshr i64 {{.*}}, 42
; CHECK-NEXT: trunc
; CHECK-NEXT: add i32 {{.*}}, -21
; CHECK-NEXT: ptrtoint ptr [[OLD]] to i64
; CHECK-NEXT: lshr i64 {{.*}}, 42
; CHECK-NEXT: trunc
; CHECK-NEXT: add i32 {{.*}}, -21
; CHECK-NEXT: or i32
; CHECK-NEXT: icmp eq i32 {{.*}}, -1
; CHECK-NEXT: br i1 {{.*}}, label %[[HOOK:.*]], label %{{.*}}, !prof
; CHECK: [[HOOK]]:
; CHECK-NEXT: call void @__memscope_store(ptr %slot, ptr %v, ptr %{{.*}}, ptr {{.*}}@memscope.sites{{.*}}) [[$COLD:#[0-9]+]]
  store ptr %v, ptr %slot, align 8
  ret void
}
; CHECK-LABEL: define void @old_only(
define void @old_only(ptr %slot) {
; CHECK: [[OLD:%.*]] = load ptr, ptr %slot, align 8
; CHECK-NEXT: store ptr null, ptr %slot, align 8
; CHECK-NEXT: ptrtoint ptr [[OLD]] to i64
; CHECK-NEXT: lshr
; CHECK-NEXT: trunc
; CHECK-NEXT: icmp eq i32 {{.*}}, 20
; CHECK-NEXT: br i1
  store ptr null, ptr %slot, align 8
; CHECK: call void @__memscope_store(ptr %slot, ptr null,
; CHECK: store ptr @g
; CHECK-NEXT: ptrtoint ptr
; CHECK-NEXT: lshr
; CHECK-NEXT: trunc
; CHECK-NEXT: icmp eq i32 {{.*}}, 20
  store ptr @g, ptr %slot, align 8
  ret void
}
; CHECK: attributes [[$COLD]] = { cold nounwind }
