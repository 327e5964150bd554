; A masked store of pointers records the lanes that are stored: the others count as null, before and after. Other
; masked stores are counted as left out.
; RUN: %opt -load-pass-plugin=%memscope_pass -memscope-level=refs -memscope-stats -passes=memscope-annotate,memscope-instrument,verify -S %s 2> %t.stats | FileCheck %s
; RUN: FileCheck --check-prefix=STATS %s < %t.stats
; STATS: copies instrumented
; STATS: copies left out {{ *}}1
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
; CHECK-LABEL: define void @masked(
define void @masked(ptr %slot, <2 x ptr> %v, <2 x i1> %which) {
; CHECK: [[WAS:%.*]] = call <2 x ptr> @llvm.masked.load.v2p0.p0(ptr {{(align 8 )?}}%slot, {{(i32 8, )?}}<2 x i1> %which, <2 x ptr> zeroinitializer)
; CHECK: [[OLD:%.*]] = freeze <2 x ptr> [[WAS]]
; CHECK: [[NEW:%.*]] = select <2 x i1> %which, <2 x ptr> %v, <2 x ptr> zeroinitializer
; CHECK-DAG: [[A:%.*]] = extractelement <2 x ptr> [[NEW]], i64 0
; CHECK-DAG: [[B:%.*]] = extractelement <2 x ptr> [[NEW]], i64 1
; CHECK-DAG: [[C:%.*]] = extractelement <2 x ptr> [[OLD]], i64 0
; CHECK-DAG: [[D:%.*]] = extractelement <2 x ptr> [[OLD]], i64 1
; CHECK: call preserve_mostcc void @__memscope_store(ptr %slot, ptr [[A]], ptr [[C]],
; CHECK: [[AT:%.*]] = getelementptr inbounds {{.*}}i8, ptr %slot, i64 8
; CHECK: call preserve_mostcc void @__memscope_store(ptr [[AT]], ptr [[B]], ptr [[D]],
; CHECK: call void @llvm.masked.store.v2p0.p0(<2 x ptr> %v, ptr {{(align 8 )?}}%slot,
  call void @llvm.masked.store.v2p0.p0(<2 x ptr> %v, ptr %slot, i32 8, <2 x i1> %which)
  ret void
}
; CHECK-LABEL: define void @scattered(
define void @scattered(<2 x ptr> %slots, <2 x ptr> %v, <2 x i1> %which) {
; CHECK-NOT: call {{.*}}@__memscope_store
  call void @llvm.masked.scatter.v2p0.v2p0(<2 x ptr> %v, <2 x ptr> %slots, i32 8, <2 x i1> %which)
  ret void
}
; CHECK-LABEL: define void @numbers(
define void @numbers(ptr %slot, <2 x double> %v, <2 x i1> %which) {
; CHECK-NOT: call {{.*}}@__memscope_store
  call void @llvm.masked.store.v2f64.p0(<2 x double> %v, ptr %slot, i32 8, <2 x i1> %which)
  ret void
}
