// Limitation: what a program's own malloc hands out is not recorded, and the summary shows
// no block; whatever else calls the C library's allocator still is.
// REQUIRES: plugin
// RUN: memscope-cc -g -O1 %S/own-malloc-links.c -o %t && memscope run -o %t.mscope -- %t 2>&1 | FileCheck %s
// CHECK: own malloc: yes
// CHECK: allocated {{ *}}0 blocks
