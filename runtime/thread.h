/* thread.h - a thread's state and its lane, the stream of records it writes.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A thread gets a lane at its first event and gives it back when it ends; the next new
 * thread takes it over with its open chunks and caches, so many short threads do not make
 * many chunks. A signal handler that allocates while its thread is inside a hook writes
 * to a second lane (struct msrt_thread.nested).
 *
 * Invariant: only the owning thread touches a lane, except for `limit` and `flush`, which
 * others may set (msrt_lanes_flush) and signal handlers of the owner lower to 0.
 *
 * In a forked child all lanes read as zeros (MADV_WIPEONFORK): cursor 0 is not below limit
 * 0, so the first event takes the slow path and finds `magic` gone. No fork handler is
 * needed for safety, and raw clone() is covered.
 */
#ifndef MEMSCOPE_RUNTIME_THREAD_H
#define MEMSCOPE_RUNTIME_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/arena_cache.h"
#include "runtime/context.h"
#include "runtime/stack.h"
#include "runtime/stack_slots.h"
#include "runtime/strings.h"

#define MSRT_LANE_MAGIC 0x6c616e65u
#define MSRT_NEST_MAX 2u

/* What a thread may do now (msrt_thread.gate). Larger values are the frame address of the
 * hook that is at work: the thread is inside the runtime. */
enum msrt_gate {
  MSRT_GATE_NEW = 0,      /* no event yet: attach first */
  MSRT_GATE_READY = 1,    /* the fast path is open */
  MSRT_GATE_OFF = 2,      /* not recorded: pass through */
  MSRT_GATE_INTERNAL = 3, /* the runtime itself calls libc: pass through */
  MSRT_GATE_ENDED = 4,    /* the lane is given back; late events attach for themselves */
  MSRT_GATE_NEWOP = 5,    /* in operator new: its inner malloc is the event */
  MSRT_GATE_DELETEOP = 6, /* in operator delete: its inner free is no event */
  MSRT_GATE_MAX = 15
};

/* The context of copies at a site from one place of the code, if one frame is all that is
 * wanted (copy_stack=1). */
struct msrt_copy_context {
  const void *site; /* NULL empty */
  uintptr_t ra;
  uint64_t id;     /* of the context */
  uint32_t length; /* bytes of the context field */
  uint32_t head;   /* its share of an event's header */
};
#define MSRT_COPY_CONTEXTS 4096u /* a power of two */
_Static_assert(sizeof(struct msrt_copy_context) == 32, "msrt_copy_context_of knows it");

/* A store event that quick_copies.c has written. */
struct msrt_last_store {
  uint8_t *end;   /* behind it: it is the lane's last event if the next one comes there */
  uint8_t *field; /* where its value is */
  uintptr_t value;
  uint64_t context;
};

struct msrt_lane {
  /* Used by every event. */
  uint8_t *cur;            /* where the next event goes */
  uint8_t *volatile limit; /* no event may start above; 0 forces the slow path */
  uint64_t last_time;
  uint64_t last_addr; /* rotated right by three */
  struct msrt_stack_cache cache;
  uint32_t token;    /* number + 1; of the owner of the clock (shared_clock.h) */
  int32_t countdown; /* events until the clock is read, while it is ours */
  uint32_t magic;
  int32_t patience; /* events until we try to take the clock, while it is free */
  struct msrt_last_store last_store; /* .end is NULL in a new chunk */

  /* Slow paths. */
  int32_t patience_next;
  bool was_patient;
  uint32_t coarse;       /* events between two readings of it; 0 before the first */
  uint32_t clock_events; /* recorded since we took the clock */
  uint32_t clock_losses; /* in a row, soon after we took it */
  uint32_t flush; /* set by others: forget cached stacks; pairs with msrt_lane_refresh */
  uint32_t number;
  uint32_t thread;
  uint32_t free_next; /* pool link: index + 1 */
  bool nested;
  bool torn; /* a hook was left in the middle: begin new chunks */
  uint8_t *events;     /* the open chunk, NULL none */
  uint8_t *real_limit;
  uint32_t events_size;
  uint32_t events_seq;
  uint8_t *meta;
  uint8_t *meta_cur;
  uint32_t meta_size;
  uint32_t meta_seq;
  struct msrt_arena_cache arena;
  struct msrt_context_table contexts;
  struct msrt_string_table strings;
  struct msrt_copy_context copies[MSRT_COPY_CONTEXTS];
};

/* operator new on its way to malloc (interpose_cxx.c). */
struct msrt_pending {
  uint8_t fn;         /* enum ms_alloc_fn, 0 none */
  uintptr_t gate;     /* to go back to */
  size_t size;        /* new: bytes asked for */
  const void *block;  /* delete: the block */
  uintptr_t own_fp;   /* frame of the operator's hook */
  uintptr_t fail_ra;  /* caller of the malloc that failed: its retry is still `new` */
  uintptr_t fail_fp;
};

struct msrt_thread {
  uintptr_t gate; /* enum msrt_gate or a frame address */
  struct msrt_lane *lane;
  struct msrt_stack_bounds stack;
  uint32_t number;
  uint32_t tid;
  uint32_t depth; /* nested hooks at work */
  uint32_t destructor_rounds;
  struct msrt_lane *nested[MSRT_NEST_MAX];
  struct msrt_pending pending;
  struct msrt_stack_slots slots;
};

extern __thread struct msrt_thread msrt_self
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* Give T a lane (and the process a trace, if this is its first event). Afterwards the
 * gate says what T may do. Blocks signals meanwhile. */
void msrt_thread_attach(struct msrt_thread *t);

/* Give back T's lanes with a thread-end event. */
void msrt_thread_detach(struct msrt_thread *t);

/* The lane for an event that interrupted a hook at nesting depth DEPTH (0, 1), or NULL. */
struct msrt_lane *msrt_thread_nested_lane(struct msrt_thread *t, unsigned depth);

/* A lane number for a process of ours that adds to the trace (snapshot.c). */
uint32_t msrt_thread_spare_lane_number(void);

/* Make every lane forget its cached stacks and contexts before its next event. */
void msrt_lanes_flush(void);

/* In a forked child: drop all lanes of the parent. */
void msrt_lanes_forget(void);

/* Have msrt_thread_detach called when a thread ends. Once, from the constructor. */
void msrt_thread_watch_exits(void);

#endif
