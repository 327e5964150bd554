; A branch, marked unlikely, asks before the store whether what the slot holds is in the tracked arena:
; whether byte 5 of it is that of the generation that is followed. Another one asks after the store, of the
; same byte. Each calls the hook for itself: a common call would need to be told which it is, by a register
; that is set where nothing is found. Null and addresses of variables need the first only, constants in
; memory no look at the source. On Arm a register is asked about as cheaply, before the store.
; RUN: %opt -load-pass-plugin=%memscope_pass -memscope-level=refs -passes=memscope-annotate,memscope-instrument,verify -S %s | FileCheck %s
; RUN: sed s/x86_64/aarch64/ %s | %opt -load-pass-plugin=%memscope_pass -memscope-level=refs -passes=memscope-annotate,memscope-instrument,verify -S | FileCheck %s --check-prefix=ARM
; RUN: sed 's/^; PIC-FLAGS: //' %s | %opt -load-pass-plugin=%memscope_pass -memscope-level=refs -passes=memscope-annotate,memscope-instrument,verify -S | FileCheck %s --check-prefix=PIC
target triple = "x86_64-unknown-linux-gnu"
@g = global i32 0
@k = constant [2 x i64] [i64 1, i64 2]
; In an executable no register holds the variable's address.
; CHECK: @__memscope_arena = external dso_local global i32
; PIC: @__memscope_arena = external global i32
; CHECK-LABEL: define void @both(
define void @both(ptr %slot, ptr %v) {
; CHECK-NEXT: [[AT:%.*]] = getelementptr inbounds i8, ptr %slot, i64 5
; CHECK-NEXT: [[HELD:%.*]] = load i8, ptr [[AT]], align 1, !nosanitize
; CHECK-NEXT: [[KEY:%.*]] = load i32, ptr @__memscope_arena, align 4, !nosanitize
; CHECK-NEXT: [[BYTE:%.*]] = trunc i32 [[KEY]] to i8
; CHECK-NEXT: [[OLD:%.*]] = icmp eq i8 [[HELD]], [[BYTE]]
; CHECK-NEXT: br i1 [[OLD]], label %[[WAS:.*]], label %[[STORE:.*]], !prof
; CHECK: [[WAS]]:
; CHECK-NEXT: [[P:%.*]] = load ptr, ptr %slot, align 8
; CHECK-NEXT: [[FROZEN:%.*]] = freeze ptr [[P]]
; CHECK-NEXT: store ptr %v, ptr %slot, align 8
; CHECK-NEXT: call preserve_mostcc void @__memscope_store(ptr %slot, ptr %v, ptr [[FROZEN]], ptr {{.*}}@memscope.sites{{.*}}) [[$COLD:#[0-9]+]]
; CHECK-NEXT: br label %[[NEXT:.*]]
; CHECK: [[STORE]]:
; CHECK-NEXT: store ptr %v, ptr %slot, align 8
; CHECK-NEXT: [[AT:%.*]] = getelementptr inbounds i8, ptr %slot, i64 5
; CHECK-NEXT: [[HOLDS:%.*]] = load i8, ptr [[AT]], align 1, !nosanitize
; CHECK-NEXT: [[BYTE:%.*]] = trunc i32 [[KEY]] to i8
; CHECK-NEXT: [[NEW:%.*]] = icmp eq i8 [[HOLDS]], [[BYTE]]
; CHECK-NEXT: br i1 [[NEW]], label %[[HOOK:.*]], label %[[NEXT]], !prof
; CHECK: [[HOOK]]:
; CHECK-NEXT: call preserve_mostcc void @__memscope_store(ptr %slot, ptr %v, ptr null, ptr {{.*}}@memscope.sites{{.*}}) [[$COLD]]
; CHECK-NEXT: br label %[[NEXT]]
; CHECK: [[NEXT]]:
; CHECK-NEXT: ret void
; ARM-LABEL: define void @both(
; ARM: [[V:%.*]] = ptrtoint ptr %v to i64
; ARM-NEXT: [[HIGH:%.*]] = lshr i64 [[V]], 40
; ARM-NEXT: [[SHORT:%.*]] = trunc i64 [[HIGH]] to i32
; ARM-NEXT: icmp eq i32 [[SHORT]], %memscope.arena
; ARM: br i1
; ARM: call preserve_mostcc void @__memscope_store(ptr %slot, ptr %v, ptr %{{.*}}, ptr {{.*}}@memscope.sites{{.*}})
; ARM: store ptr %v, ptr %slot, align 8
; ARM-NEXT: ret void
  store ptr %v, ptr %slot, align 8
  ret void
}
; An integer may have a tag in its upper bits, which is no false alarm.
; CHECK-LABEL: define void @number(
define void @number(ptr %slot, ptr %v) {
; CHECK: lshr i64 %{{.*}}, 40
; CHECK: call preserve_mostcc void @__memscope_store(
; CHECK: store i64 %n, ptr %slot
  %n = ptrtoint ptr %v to i64
  store i64 %n, ptr %slot, align 8
  ret void
}
; CHECK-LABEL: define void @old_only(
define void @old_only(ptr %slot) {
; CHECK-NOT: lshr
; CHECK: load i8
; CHECK: [[OLD:%.*]] = icmp eq i8
; CHECK-NEXT: br i1 [[OLD]]
; CHECK: call preserve_mostcc void @__memscope_store(ptr %slot, ptr null,
; CHECK: store ptr null
  store ptr null, ptr %slot, align 8
; CHECK-NOT: lshr
; CHECK: call preserve_mostcc void @__memscope_store(ptr %slot, ptr @g,
; CHECK: store ptr @g
  store ptr @g, ptr %slot, align 8
  ret void
}
; What was loaded a moment ago is looked at where it came from, unless that may have changed.
; CHECK-LABEL: define void @moved(
define void @moved(ptr %slot, ptr %from, ptr %other) {
  %v = load ptr, ptr %from, align 8
; CHECK-NOT: lshr
; CHECK: getelementptr inbounds i8, ptr %from, i64 5
; CHECK: getelementptr inbounds i8, ptr %slot, i64 5
; CHECK: call preserve_mostcc void @__memscope_store(ptr %slot, ptr %v,
; CHECK: store ptr %v, ptr %slot
; CHECK-NEXT: load ptr, ptr %from
  store ptr %v, ptr %slot, align 8
  %w = load ptr, ptr %from, align 8
  store i32 0, ptr %other, align 4
; CHECK: store i32 0
; CHECK-NOT: ptr %from, i64 5
; CHECK: store ptr %w, ptr %slot
; CHECK: store ptr %w, ptr %slot
; CHECK-NEXT: getelementptr inbounds i8, ptr %slot, i64 5
  store ptr %w, ptr %slot, align 8
  ret void
}
; The address of a local variable is none of a block.
; CHECK-LABEL: define void @local(
define void @local(ptr %slot, i64 %n) {
; CHECK-NOT: lshr
; CHECK: store ptr %x, ptr %slot
  %v = alloca [8 x i32], align 4
  %x = getelementptr [8 x i32], ptr %v, i64 0, i64 %n
  store ptr %x, ptr %slot, align 8
  ret void
}
; An atomic store is only looked at afterwards.
; CHECK-LABEL: define void @atomic(
define void @atomic(ptr %slot, ptr %v) {
; CHECK: load atomic ptr, ptr %slot monotonic
; CHECK-NEXT: store atomic ptr %v
; CHECK: call preserve_mostcc void @__memscope_store(
  store atomic ptr %v, ptr %slot release, align 8
  ret void
}
; Small structures are looked at word by word, larger ones by the hook.
; CHECK-LABEL: define void @structures(
define void @structures(ptr align 8 %to, ptr align 8 %from) {
; CHECK-COUNT-4: getelementptr inbounds i8, ptr %{{to|from}}, i64 {{5|13}}
; CHECK: br i1
; CHECK: call void @__memscope_copy(ptr %to, ptr %from, i64 16,
; CHECK: call void @llvm.memcpy
  call void @llvm.memcpy.p0.p0.i64(ptr align 8 %to, ptr align 8 %from, i64 16, i1 false)
; CHECK-NOT: ptr @k, i64 5
; CHECK: br i1
; CHECK: call void @__memscope_copy(ptr %to, ptr @k, i64 16,
  call void @llvm.memcpy.p0.p0.i64(ptr align 8 %to, ptr align 8 @k, i64 16, i1 false)
; CHECK: call void @llvm.memcpy
; CHECK-NEXT: call void @__memscope_copy(ptr %to, ptr %from, i64 80,
; CHECK-NEXT: call void @llvm.memcpy
  call void @llvm.memcpy.p0.p0.i64(ptr align 8 %to, ptr align 8 %from, i64 80, i1 false)
  ret void
}
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
; CHECK: attributes [[$COLD]] = { cold nounwind }
; PIC-FLAGS: !llvm.module.flags = !{!0}
; PIC-FLAGS: !0 = !{i32 8, !"PIC Level", i32 2}
