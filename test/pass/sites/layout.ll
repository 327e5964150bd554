; The table is one array of 64-byte records, aligned to 8, in section memscope_sites; strings are
; referred to by distance, so there is no dynamic relocation. Equal sites share a record.
; RUN: %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate,memscope-instrument -S %s | FileCheck %s
; RUN: %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate,memscope-instrument %s -o %t.bc
; RUN: %clang -fPIC -c %t.bc -o %t.o -Wno-override-module
; RUN: llvm-readelf -S -r %t.o | FileCheck %s --check-prefix=ELF
target triple = "x86_64-unknown-linux-gnu"
@g = global ptr null
; CHECK: @memscope.sites = private constant [2 x { i32, i32, i32, i32, i32, i32, i32, i32, i32, i16, i8, i8, i32, i32, i32, i8, i8, i16, i32, i32 }]
; CHECK-SAME: i32 trunc (i64 sub (i64 ptrtoint (ptr @memscope.str to i64), i64 ptrtoint (ptr @memscope.sites to i64)) to i32)
; CHECK-SAME: section "memscope_sites"
; CHECK-SAME: align 8
; CHECK: @llvm.global_ctors = {{.*}} { i32 1, ptr @__memscope_module_ctor_v4, ptr @__memscope_module_ctor_v4 }
; CHECK: define linkonce_odr hidden void @__memscope_module_ctor_v4() {{.*}}comdat
; CHECK: load volatile i8, ptr @__memscope_abi_v4
; CHECK: call void @__memscope_module_register(ptr @__memscope_module_ctor_v4, ptr @__start_memscope_sites, ptr @__stop_memscope_sites, i64 0)
; ELF: memscope_sites PROGBITS {{[0-9a-f]+}} {{[0-9a-f]+}} 000080 00 {{W?}}A {{.*}} 8
; ELF-LABEL: '.relamemscope_sites'
; ELF: R_X86_64_PC32
; ELF-NOT: R_X86_64_64 {{.*}}memscope.str
declare ptr @malloc(i64)
define i32 @f() {
  %p = call ptr @malloc(i64 1)
  store ptr %p, ptr @g
  ret i32 0
}
define i32 @h() {
  %q = call ptr @malloc(i64 2)
  store ptr %q, ptr @g
  ret i32 0
}
