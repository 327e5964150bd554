; Every module with sites asks for the ABI symbol of its version, so that linking it with a runtime
; of another version, or with none, fails.
; RUN: %opt -load-pass-plugin=%memscope_pass -passes=memscope-annotate,memscope-instrument %s -o %t.bc
; RUN: %clang -fPIC -c %t.bc -o %t.o -Wno-override-module
; RUN: not %clang %t.o -fuse-ld=lld -Wl,--gc-sections -o %t 2>&1 | FileCheck %s
; CHECK: undefined symbol: __memscope_abi_v4
target triple = "x86_64-unknown-linux-gnu"
@g = global ptr null
declare ptr @malloc(i64)
define i32 @main() {
  %p = call ptr @malloc(i64 1)
  store ptr %p, ptr @g
  ret i32 0
}
