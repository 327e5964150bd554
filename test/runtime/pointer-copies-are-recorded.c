// Each hook writes its event, with the site's new fields; slots on the stack end when their
// function says so and also when nobody does (longjmp); copies of memory are one store for
// each pointer in it; annotations come with their strings.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t > %t.out
// RUN: memscope dump %t.mscope > %t.txt
// RUN: cat %t.out %t.txt | FileCheck %s
#undef NDEBUG
#include <assert.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include "hand_made_sites.h"
#include "memscope/memscope.h"

#define FRAME __builtin_frame_address(0)
struct item {
  int key;
  struct item *next;
};
static struct item *volatile head;
static jmp_buf jump;

static __attribute__((noinline)) void has_slots(struct item *it, int leaves) {
  struct item *volatile local = it; // a slot on the stack
  __memscope_store((void *)&local, it, NULL, make_site(1, MS_SITE_STORE, 20));
  if (!leaves)
    longjmp(jump, 1);
  if (__memscope_tls.slots >= ~(uintptr_t)FRAME)
    __memscope_frame(FRAME, make_site(2, MS_SITE_FRAME, 21));
}

int main(void) {
  const struct ms_site *site = make_site(0, MS_SITE_STORE, 10);
  // CHECK: block [[B:0x4[0-9a-f]*]] head [[H:0x[0-9a-f]*]] next [[N:0x4[0-9a-f]*]]
  struct item *it = malloc(sizeof *it), *two = calloc(2, sizeof *it);
  printf("block %p head %p next %p\n", (void *)it, (void *)&head, (void *)&two->next);
  fflush(stdout);
  // CHECK: site {{.*}} kind=store slot=field function="list_push" file="list.c" line=10 path="it->next" type="struct item" field="struct item.next" offset=8 src="list->head" src-slot=field index=3
  // CHECK: mark "begin"
  memscope_mark("begin");
  // CHECK: store {{.*}}[[H]] value=[[B]]
  head = it;
  __memscope_store((void *)&head, it, NULL, site);
  // CHECK-NEXT: store {{.*}}[[N]] value=[[B]]
  struct item from[2] = {{1, it}, {2, NULL}};
  __memscope_copy(two, from, sizeof from, site);
  memcpy(two, from, sizeof from);
  // CHECK-NEXT: store {{.*}}[[N]] value=0x0
  __memscope_copy(two, NULL, sizeof from, site);
  memset(two, 0, sizeof from);
  // CHECK-NEXT: bind {{.*}} value=[[B]]
  __memscope_bind(it, make_site(3, MS_SITE_BIND, 11));
  // CHECK-NEXT: enter
  // CHECK-NEXT: count [[B]] value=7
  // CHECK-NEXT: pass {{.*}}value=[[B]]
  // CHECK-NEXT: leave {{.*}}value=[[B]]
  __memscope_enter(FRAME, make_site(4, MS_SITE_FUNC, 12));
  __memscope_count(&it->key, 7, make_site(5, MS_SITE_COUNT, 13));
  __memscope_pass(it, make_site(6, MS_SITE_PASS, 14));
  __memscope_leave(FRAME, it, make_site(7, MS_SITE_RETURN, 15));
  // CHECK-NEXT: store {{.*}}value=[[B]]
  // CHECK-NEXT: clear {{.*}} ctx=
  has_slots(it, 1);
  assert(__memscope_tls.slots == 0);
  // CHECK-NEXT: store {{.*}}value=[[B]]
  if (!setjmp(jump))
    has_slots(it, 0);
  assert(__memscope_tls.slots != 0);
  // CHECK-NEXT: clear {{.*}} size=8{{$}}
  // CHECK-NEXT: store {{.*}}[[H]] value=0x0
  head = NULL;
  __memscope_store((void *)&head, NULL, it, site);
  assert(__memscope_tls.slots == 0);
  // A mark is enough.
  // CHECK-NEXT: store {{.*}}value=[[B]]
  // CHECK-NEXT: clear {{.*}} size=8{{$}}
  // CHECK-NEXT: mark "after a jump"
  if (!setjmp(jump))
    has_slots(it, 0);
  __memscope_user_mark("after a jump"); // not through a frame that covers that of has_slots
  assert(__memscope_tls.slots == 0);
  // CHECK-NEXT: name [[B]] "the item"
  memscope_name(it, "the item");
  // CHECK-NEXT: scope-begin "request"
  // CHECK-NEXT: scope-end "request"
  memscope_scope_begin("request");
  memscope_scope_end("request");
  // CHECK-NEXT: pool [[H]]
  // CHECK-NEXT: pool-alloc [[B]] size=4
  // CHECK-NEXT: pool-reset [[H]]
  memscope_pool_alloc((void *)&head, it, 4);
  memscope_pool_reset((void *)&head);
  free(two);
  free(it);
  return 0;
}
