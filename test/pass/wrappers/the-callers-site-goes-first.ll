; What is stored before a call: a plain allocation stores its own site twice (.site and .at); a
; wrapper that does nothing else leaves .site as it is; in one that does, the site that was there
; at entry goes first; a free stores .at alone.
; RUN: %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate,memscope-instrument,verify -S %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"
@g = global ptr null
declare ptr @malloc(i64)
declare void @free(ptr)

; CHECK-LABEL: define ptr @wrapper(
; CHECK-NOT: store volatile
; CHECK: %[[AT:.*]] = getelementptr inbounds i8, ptr %{{.*}}, i64 8
; CHECK-NEXT: store volatile ptr {{.*memscope.sites.*}}, ptr %[[AT]]
; CHECK-NEXT: call ptr @malloc
; CHECK-NEXT: ret ptr
define ptr @wrapper(i64 %n) {
  %p = call ptr @malloc(i64 %n)
  ret ptr %p
}

; CHECK-LABEL: define ptr @busy_wrapper(
; CHECK: %[[TLS:.*]] = call{{.*}} ptr @llvm.threadlocal.address.p0(ptr @__memscope_tls)
; CHECK: %[[E:.*]] = load volatile ptr, ptr %[[TLS]]
; CHECK: %[[HAS:.*]] = icmp ne ptr %[[E]], null
; CHECK: %[[NAME:.*]] = select i1 %[[HAS]], ptr %[[E]], ptr [[WRAPPER:.*memscope.sites.*]]
; CHECK: store volatile ptr %[[NAME]], ptr
; CHECK: store volatile ptr [[WRAPPER]], ptr %{{.*}}
; CHECK: call ptr @malloc
; CHECK-NEXT: ret ptr
define ptr @busy_wrapper(i64 %n) {
  %q = call ptr @malloc(i64 1)
  store ptr %q, ptr @g
  %p = call ptr @malloc(i64 %n)
  ret ptr %p
}

; CHECK-LABEL: define void @plain(
; CHECK-NOT: load volatile
; CHECK: store volatile ptr [[PLAIN:getelementptr.*memscope.sites.*]], ptr %
; CHECK: %[[AT:.*]] = getelementptr inbounds i8, ptr %{{.*}}, i64 8
; CHECK: store volatile ptr [[PLAIN]], ptr %[[AT]]
; CHECK: call ptr @malloc
; CHECK: getelementptr inbounds i8, ptr %{{.*}}, i64 8
; CHECK-NEXT: store volatile ptr
; CHECK-NEXT: call void @free
; CHECK-NOT: store volatile
define void @plain() {
  %p = call ptr @malloc(i64 1)
  store ptr %p, ptr @g
  %q = load ptr, ptr @g
  call void @free(ptr %q)
  ret void
}

; CHECK-NOT: !memscope.site
; CHECK: !{i32 7, !"memscope.instrumented", i32 1}
