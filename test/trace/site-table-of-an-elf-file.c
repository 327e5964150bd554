// dump --sites reads the site table of an object (through its relocations), of a shared object
// and of a program; a file without one has no sites.
// RUN: %clang -fPIC -c %source_root/test/fuzz/seeds/site_table.c -o %t.o
// RUN: memscope dump --sites %t.o | FileCheck %s
// RUN: %clang -shared %t.o -o %t.so
// RUN: memscope dump --sites %t.so | FileCheck %s
// RUN: %clang %s %t.o -o %t
// RUN: memscope dump --sites %t | FileCheck %s
// CHECK:      site 1:0 kind=alloc slot=field function="list_push" file="list.c" line=12 column=3 path="it->name" type="struct item" type-size=24 decl-line=2 callee="malloc" field="struct item.name" offset=8 src="name" src-slot=call index=3 flags=passes-result
// CHECK-NEXT: site 1:1 kind=free slot=local function="list_push" file="list.c" line=13
// CHECK-NEXT: site 1:2 kind=call slot=dropped
// CHECK-NOT:  site

// RUN: memscope dump --sites --summary %t | FileCheck --check-prefix=SUMMARY %s
// SUMMARY:      kind          sites     path             type             both
// SUMMARY-NEXT: alloc             1        1 100.00%        1 100.00%        1 100.00%
// SUMMARY:      total             3        3 100.00%

// RUN: %clang %s -o %t.plain
// RUN: memscope dump --sites %t.plain | count 0
// RUN: head -c 200 %t.so > %t.cut
// RUN: not memscope dump --sites %t.cut 2>&1 | FileCheck --check-prefix=CUT %s
// CUT: memscope: error: {{.*}}.cut:
int main(void) { return 0; }
