// Before memory is copied or cleared, each of its words is looked at: a pointer at any place of a copy of
// any length is found, in what is written over too, wherever the copy comes from; text that looks like
// half a pointer is none.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O1 -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope dump --events %t.mscope > %t.txt
// RUN: FileCheck %s < %t.txt
// RUN: grep -c ' store .* value=0x40000' %t.txt | FileCheck --check-prefix=SET %s
// RUN: grep -c ' store .* value=0x40404' %t.txt | FileCheck --check-prefix=ENDED %s
// RUN: grep -c ' store .* value=0x0 ' %t.txt | FileCheck --check-prefix=ENDED %s
// 1 + 2 + ... + 28 places, set by three kinds of copies; ended by copies of text and by clearing.
// SET: {{^}}1218{{$}}
// ENDED: {{^}}406{{$}}
#undef NDEBUG
#include <assert.h>
#include <stdlib.h>

#include "hand_made_sites.h"

enum { WORDS = 28 };

static void copy(void *dst, const void *src, size_t n, const struct ms_site *site) {
  __memscope_copy(dst, src, n, site);
  if (src)
    memmove(dst, src, n);
  else
    memset(dst, 0, n);
}

int main(void) {
  const struct ms_site *site = make_site(0, MS_SITE_STORE, 10);
  static _Alignas(16) char to[8 * WORDS + 16], from[8 * WORDS + 16], text[8 * WORDS + 16];
  memset(text, '@', sizeof text);
  char *block = malloc(8);
  assert(in_arena(block));
  // CHECK: alloc [[B:0x4[0-9a-f]+]] size=8
  // CHECK-NEXT: store [[TO:0x[0-9a-f]+]] value=[[B]]
  // CHECK-NEXT: store [[TO]] value=0x4040404040404040
  // CHECK-NEXT: store {{.*}} value=[[B]]
  // CHECK-NEXT: store [[TO]] value=[[B]]
  // CHECK-NEXT: store [[TO]] value=0x0
  for (size_t words = 1; words <= WORDS; words++)
    for (size_t at = 0; at < words; at++) {
      size_t n = 8 * words;
      memcpy(to, text, sizeof to);
      memcpy(from, text, sizeof from);
      memcpy(from + 8 * at, &block, 8);
      copy(to, from, n, site); // found in the source,
      copy(to, text, n, site); // and in what is written over
      memcpy(from, text, sizeof from);
      memcpy(from + 3 + 8 * at, &block, 8);
      copy(to + 8, from + 3, n, site); // from an address that is no multiple of 8
      memcpy(to, text, sizeof to);
      memcpy(to + 8 * at, &block, 8);
      copy(to, to, n, site);   // on itself,
      copy(to, NULL, n, site); // and cleared
    }
  free(block);
  return 0;
}
