/* track.c - decide which blocks go into the arena, and move them when they grow.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Option `track=auto` follows every block of a site until there have been ALL_OF_FIRST, then
 * passes over 1, 3, 7, ... blocks between two, PER_GAP times each: of a million blocks of a
 * site about 1,100 are followed, spread over the whole run.
 *
 * A block whose pointers are copied all the time (an object of an interpreter that every call
 * pushes) would cost more than all others together and has no history that anybody reads: after
 * MSRT_COPIES_MAX copies it is followed no more. Its site's other blocks are likely to be of that kind:
 * each that is given up makes the next gap of the site twice as long.
 *
 * Sites share a counter if their records' addresses are equal modulo the table's size,
 * which takes 4,096 sites.
 */
#include "runtime/track.h"
#include "runtime/copies.h"

#include <string.h>

#include "runtime/guard.h"
#include "runtime/interpose_signal.h"
#include "runtime/rt_fmt.h"
#include "runtime/rt_options.h"

#define ALL_OF_FIRST 256u
#define PER_GAP 64u
#define GAP_LOG2_MAX 20u

struct msrt_tracking msrt_tracking;
struct msrt_track_site msrt_track_sites[MSRT_TRACK_SITES];

const char *msrt_track_mode_name(void) {
  static const char *const names[] = {"off", "auto", "all"};
  return names[msrt_tracking.mode];
}

static enum msrt_track_mode wanted_mode(void) {
  if (strcmp(msrt_options.track, "all") == 0)
    return MSRT_TRACK_ALL;
  if (strcmp(msrt_options.track, "off") == 0)
    return MSRT_TRACK_OFF;
  if (strcmp(msrt_options.track, "auto") != 0)
    msrt_say("MEMSCOPE_OPTIONS: track=", msrt_options.track,
             ": ignored, expected all, auto or off", NULL, NULL);
  return MSRT_TRACK_AUTO;
}

static unsigned level_of(uint64_t features) {
  return features & MS_MODULE_CHECK  ? MSRT_LEVEL_CHECK
         : features & MS_MODULE_FULL ? MSRT_LEVEL_FULL
         : features & MS_MODULE_REFS ? MSRT_LEVEL_REFS
                                     : MSRT_LEVEL_ALLOC;
}

bool msrt_track_enable(uint64_t features) {
  msrt_tracking.levels |= level_of(features);
  if (msrt_tracking.levels & MSRT_LEVEL_FULL)
    msrt_names_mute = false;
  bool is_first = !(msrt_tracking.features & MS_MODULE_REFS);
  msrt_tracking.features |= features;
  if (!(features & MS_MODULE_REFS) || !is_first)
    return false;
  enum msrt_track_mode mode = wanted_mode();
  if (mode == MSRT_TRACK_OFF)
    return true;
#ifdef MSRT_ASAN
  msrt_tracking.mode = MSRT_TRACK_ALL; /* but for what it maps alone: large blocks */
  msrt_copies_exact = true;
  return true;
#endif
  if (msrt_real_has_other_interface())
    msrt_tracking.why_off = "the allocator has functions of its own";
  else if (!msrt_arena_init(msrt_options.arena))
    msrt_tracking.why_off = "no room for the tracked arena";
  else
    msrt_tracking.mode = mode;
  msrt_tracking.mutes = msrt_tracking.mode == MSRT_TRACK_AUTO && msrt_arena_count_copies();
  msrt_copies_mute = msrt_tracking.mutes;
  msrt_copies_exact = msrt_tracking.mode == MSRT_TRACK_ALL;
  msrt_names_mute = msrt_tracking.mutes && !(msrt_tracking.levels & MSRT_LEVEL_FULL);
#ifndef MSRT_ASAN
  if (msrt_options.guard && msrt_tracking.mode != MSRT_TRACK_OFF &&
      msrt_guard_init(msrt_options.guard))
    msrt_signals_begin();
#endif
  if (msrt_tracking.why_off && (msrt_options.verbose || mode == MSRT_TRACK_ALL))
    msrt_say("pointers are not followed: ", msrt_tracking.why_off, NULL, NULL, NULL);
  return true;
}

MSRT_NOINLINE void *msrt_track_take(struct msrt_track_site *site, size_t size, size_t align,
                                    bool zero) {
  void *block = msrt_arena_alloc(size, align, zero);
  if (block && msrt_tracking.mutes)
    msrt_arena_note(block, (unsigned)(site - msrt_track_sites) + 1);
  uint32_t taken = ++site->taken, gap_log2 = 0;
  if (taken > ALL_OF_FIRST) {
    gap_log2 = 1 + (taken - ALL_OF_FIRST) / PER_GAP;
    if (gap_log2 > GAP_LOG2_MAX)
      gap_log2 = GAP_LOG2_MAX;
  }
  site->left = (int32_t)((1u << gap_log2) - 1);
  return block;
}

void msrt_track_hot(unsigned note) {
  if (note > 0 && note <= MSRT_TRACK_SITES)
    msrt_track_sites[note - 1].taken += PER_GAP;
}

MSRT_NOINLINE void *msrt_track_invalid(void) {
  /* glibc reads the size before a pointer and then refuses one that is not aligned. Given
   * the pointer itself it would take the words before it, which are another block's, for
   * its own book-keeping. */
  static _Alignas(16) uint64_t fake[4] = {0, 0, 0x21, 0};
  return &fake[3];
}

void *msrt_track_realloc(void *old, size_t size) {
  void *block = NULL;
  /* One that is followed no more will not be again, wherever it goes: it leaves, and nobody asks. */
  if (!msrt_arena_is_given_up(old)) {
    if (msrt_arena_resize(old, size))
      return old;
    if ((block = msrt_arena_alloc(size, 16, false)) != NULL)
      msrt_arena_inherit(block, old);
  }
  if (!block)
    block = MSRT_REAL(malloc)(size);
  if (!block)
    return msrt_arena_resize(old, size) ? old : NULL;
  size_t had = msrt_arena_size(old);
  memcpy(block, old, had < size ? had : size);
  msrt_arena_free(old);
  return block;
}
