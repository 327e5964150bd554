; An allocator that LLVM's attributes describe needs no entry in a table; this is how Rust's looks.
; Kinds: 1 alloc, 3 realloc, 4 free. Languages other than C must not trouble the pass.
; RUN: %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate -S %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"
declare noalias ptr @__rust_alloc(i64, i64 allocalign) allockind("alloc,uninitialized,aligned") allocsize(0)
declare noalias ptr @__rust_realloc(ptr allocptr, i64, i64 allocalign, i64) allockind("realloc,aligned") allocsize(3)
declare void @__rust_dealloc(ptr allocptr, i64, i64) allockind("free")
declare noalias ptr @arena_get(i64) allocsize(0)

; CHECK-LABEL: define void @f
define void @f(ptr %slot) {
  ; CHECK: @__rust_alloc(i64 8, i64 8){{.*}}, !memscope.site ![[#ALLOC:]]
  %a = call ptr @__rust_alloc(i64 8, i64 8)
  ; CHECK: @__rust_realloc({{.*}}){{.*}}, !memscope.site ![[#REALLOC:]]
  %b = call ptr @__rust_realloc(ptr %a, i64 8, i64 8, i64 16)
  ; CHECK: @__rust_dealloc({{.*}}){{.*}}, !memscope.site ![[#FREE:]]
  call void @__rust_dealloc(ptr %b, i64 16, i64 8)
  ; CHECK: @arena_get(i64 4){{.*}}, !memscope.site ![[#ARENA:]]
  %c = call ptr @arena_get(i64 4)
  store ptr %c, ptr %slot
  ret void
}
; CHECK-DAG: ![[#ALLOC]] = !{!"f", {{.*}}, !"__rust_alloc", i32 0, i32 0, i32 1,
; CHECK-DAG: ![[#REALLOC]] = !{!"f", {{.*}}, !"__rust_realloc", i32 0, i32 0, i32 3,
; CHECK-DAG: ![[#FREE]] = !{!"f", {{.*}}, !"__rust_dealloc", i32 0, i32 0, i32 4,
; CHECK-DAG: ![[#ARENA]] = !{!"f", {{.*}}, !"arena_get", i32 0, i32 0, i32 1,
