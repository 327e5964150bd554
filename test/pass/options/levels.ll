; Level alloc is the default; the levels that do not exist yet and unknown ones are one clear error.
; RUN: %opt -load-pass-plugin=%memscope_pass -memscope-level=alloc -passes=memscope-annotate -S %s | FileCheck %s --check-prefix=SITE
; RUN: not %opt -load-pass-plugin=%memscope_pass -memscope-level=refs -passes=memscope-annotate -S %s 2>&1 | FileCheck %s --check-prefix=LATER
; RUN: not %opt -load-pass-plugin=%memscope_pass -memscope-level=all -passes=memscope-annotate -S %s 2>&1 | FileCheck %s --check-prefix=UNKNOWN
; SITE: !memscope.site
; LATER: error: memscope: level 'refs' is not available yet, only 'alloc' is
; UNKNOWN: error: memscope: -memscope-level: got 'all', expected one of: alloc
target triple = "x86_64-unknown-linux-gnu"
declare ptr @malloc(i64)
define void @f() {
  %p = call ptr @malloc(i64 1)
  ret void
}
