/* rt_arch.h - what differs between x86-64 and AArch64: clock, return addresses, hints.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RUNTIME_RT_ARCH_H
#define MEMSCOPE_RUNTIME_RT_ARCH_H

#include <stdint.h>

#define MSRT_LIKELY(x) __builtin_expect(!!(x), 1)
#define MSRT_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define MSRT_NOINLINE __attribute__((noinline, cold))
#define MSRT_INLINE static inline __attribute__((always_inline))

/* Orders stores to thread-local state as a signal handler of the same thread sees them. */
#define MSRT_BARRIER() __asm__ volatile("" ::: "memory")

#if defined(__x86_64__)
#define MSRT_ARCH 1

/* The clock for an event logged after the real call (alloc): RDTSCP waits until all
 * earlier instructions, such as taking the allocator's lock, have executed. */
MSRT_INLINE uint64_t msrt_ticks_after(void) {
  unsigned aux;
  return __builtin_ia32_rdtscp(&aux);
}

/* The clock for an event logged before the real call (free). It waits, too: RDTSC alone may execute long before
 * the load that got the block from another thread, while that still waits for its cache line, and
 * then the free would be earlier than the malloc. The free that follows cannot become visible
 * before this has retired. */
MSRT_INLINE uint64_t msrt_ticks_before(void) { return msrt_ticks_after(); }

MSRT_INLINE uint64_t msrt_tick_hz(void) { return 0; }

#elif defined(__aarch64__)
#define MSRT_ARCH 2

MSRT_INLINE uint64_t msrt_ticks_after(void) {
  uint64_t t;
  __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(t)::"memory");
  return t;
}

/* The barrier before it keeps it from being read before the block has come from another thread, the one
 * behind it the store that frees the block from going ahead. */
MSRT_INLINE uint64_t msrt_ticks_before(void) {
  uint64_t t;
  __asm__ volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(t)::"memory");
  return t;
}

MSRT_INLINE uint64_t msrt_tick_hz(void) {
  uint64_t hz;
  __asm__("mrs %0, cntfrq_el0" : "=r"(hz));
  return hz;
}
#endif

/* A return address as it was saved on the stack, without a pointer authentication code. */
MSRT_INLINE uintptr_t msrt_strip(uintptr_t return_address) {
#if defined(__aarch64__)
  return return_address & 0x0000ffffffffffffull;
#else
  return return_address;
#endif
}

#endif
