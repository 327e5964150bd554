; Vectors of pointers, and structs and arrays in registers, are a store for each pointer in them, at
; its own address; a store of neither is left alone.
; RUN: %opt -load-pass-plugin=%memscope_pass -memscope-level=refs -passes=memscope-annotate,memscope-instrument,verify -S %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
; CHECK-LABEL: define void @vector(
define void @vector(ptr %slot, <2 x ptr> %v) {
  store <2 x ptr> %v, ptr %slot, align 16
; CHECK: [[A:%.*]] = extractelement <2 x ptr> %v, i64 0
; CHECK: [[B:%.*]] = extractelement <2 x ptr> %v, i64 1
; CHECK: call preserve_mostcc void @__memscope_store(ptr %slot, ptr [[A]],
; CHECK: [[AT:%.*]] = getelementptr inbounds {{.*}}i8, ptr %slot, i64 8
; CHECK: call preserve_mostcc void @__memscope_store(ptr [[AT]], ptr [[B]],
  ret void
}
; CHECK-LABEL: define void @structure(
define void @structure(ptr %slot, { i32, ptr, [2 x ptr] } %v) {
  store { i32, ptr, [2 x ptr] } %v, ptr %slot
; CHECK: extractvalue { i32, ptr, [2 x ptr] } %v, 1
; CHECK: extractvalue { i32, ptr, [2 x ptr] } %v, 2, 0
; CHECK: extractvalue { i32, ptr, [2 x ptr] } %v, 2, 1
; CHECK: getelementptr inbounds {{.*}}i8, ptr %slot, i64 8
; CHECK: getelementptr inbounds {{.*}}i8, ptr %slot, i64 16
; CHECK: getelementptr inbounds {{.*}}i8, ptr %slot, i64 24
  ret void
}
; CHECK-LABEL: define void @neither(
define void @neither(ptr %slot, { i32, i64 } %v, <2 x i64> %w) {
; CHECK-NOT: call preserve_mostcc void @__memscope_store
  store { i32, i64 } %v, ptr %slot
  store <2 x i64> %w, ptr %slot
  ret void
}
