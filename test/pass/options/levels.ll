; Level alloc is the default; check is known; an unknown one is one clear error.
; RUN: %opt -load-pass-plugin=%memscope_pass -memscope-level=alloc -passes=memscope-annotate -S %s | FileCheck %s --check-prefix=SITE
; RUN: %opt -load-pass-plugin=%memscope_pass -memscope-level=check -passes=memscope-annotate -S %s | FileCheck %s --check-prefix=SITE
; RUN: not %opt -load-pass-plugin=%memscope_pass -memscope-level=all -passes=memscope-annotate -S %s 2>&1 | FileCheck %s --check-prefix=UNKNOWN
; SITE: !memscope.site
; UNKNOWN: error: memscope: -memscope-level: got 'all', expected one of: alloc, refs, full, check
target triple = "x86_64-unknown-linux-gnu"
declare ptr @malloc(i64)
define void @f() {
  %p = call ptr @malloc(i64 1)
  ret void
}
