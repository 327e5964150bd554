/* anchors.c - stacks that need not be compared to their end.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Why the answer stays exact. A cached stack has function F's frame at address A, and a hook finds that
 * the frames below A are as cached, so that somebody has been called by F from a frame at A. F, when it
 * was entered with that frame, has stored 0 into the word that A leads to. If that word
 * holds number N now, N was put there later, at a comparison of the whole stack with F's frame at A in it
 * (or found there by one); each number is put into one word once. So F has not been entered with the frame A
 * since, and what lies above an activation does not change while it lasts. Other functions whose frames lead
 * to the same word make us compare once more, nothing else.
 *
 * Which functions store: those with the mark. The unwinding tables say where the function begins that a
 * return address lies in.
 */
#include "runtime/anchors.h"

#include <string.h>

#include "runtime/modules.h"
#include "runtime/stack.h"

#define WORTH_FRAMES 2u                   /* an anchor that saves fewer costs more */
#define WORTH_HITS 4u                     /* one that lasts for fewer, too */
#define DISAPPOINTMENTS_MAX 16u           /* before it is given up */
#define IS_NOT (UINT64_C(1) << 63) /* in a known return address: its function has no anchor */

void msrt_anchors_init(struct msrt_stack_cache *cache, uint32_t number) {
  cache->number = (uint64_t)(number + 1) << 40;
}

void msrt_anchors_forget(struct msrt_stack_cache *cache) {
  memset(cache->entries + MSRT_CACHE_KNOWN, 0, sizeof(uintptr_t) << MSRT_KNOWN_LOG2);
}

/* A forked child's lanes use their numbers again. */
void msrt_anchors_begin(void) {
  memset(__memscope_tls.anchors, 0, sizeof __memscope_tls.anchors);
}

static uintptr_t *known_place(const struct msrt_stack_cache *cache, uintptr_t ra) {
  uint64_t h = (ra * MSRT_STACK_MIX) >> (64 - MSRT_KNOWN_LOG2);
  return (uintptr_t *)(cache->entries + MSRT_CACHE_KNOWN) + h;
}

/* Whether the function that RA is in has an anchor. */
static bool is_anchored(const struct msrt_stack_cache *cache, uintptr_t ra) {
  static const uint64_t mark[] = {MS_ANCHOR_MARK};
  uintptr_t *known = known_place(cache, ra);
  if ((*known & ~IS_NOT) != ra) {
    uintptr_t start = msrt_module_function(ra - 1);
    bool is = start && msrt_module_has_code(start - sizeof mark) &&
              memcmp((const void *)(start - sizeof mark), mark, sizeof mark) == 0;
    *known = is ? ra : ra | IS_NOT;
  }
  return *known == ra;
}

/* A number of its own in ANCHOR's word, unless there is one. */
static void renew(struct msrt_stack_cache *cache, struct msrt_anchor *anchor) {
  uintptr_t *word = &__memscope_tls.anchors[anchor->word];
  if (*word == 0)
    *word = ++cache->number;
  anchor->number = *word;
}

static void have_none(struct msrt_stack_entry *entry) {
  entry->anchors[0] = (struct msrt_anchor){.word = MS_ANCHORS, .before = entry->quick};
}

void msrt_anchors_choose(struct msrt_stack_cache *cache, struct msrt_stack_entry *entry) {
  unsigned count = 0;
  for (unsigned i = 1; i + WORTH_FRAMES <= entry->quick && count < MSRT_ANCHORS_USED; i++) {
    const struct msrt_frame *before = &entry->frames[i - 1];
    if (!is_anchored(cache, msrt_strip(before->ra)))
      continue;
    struct msrt_anchor *anchor = &entry->anchors[count++];
    anchor->word = MS_ANCHOR_OF(before->fp);
    /* fewer would not be compared faster */
    anchor->before = i < MSRT_NEAR_FRAMES && entry->quick >= MSRT_NEAR_FRAMES ? MSRT_NEAR_FRAMES : i;
    renew(cache, anchor);
  }
  entry->anchor_count = (uint8_t)count;
  entry->hits = entry->disappointments = 0;
  if (count == 0)
    have_none(entry);
}

/* Do without ENTRY's first anchor if its activations mostly end before they have saved anything. */
static void reconsider(struct msrt_stack_entry *entry) {
  bool is_soon = entry->hits < WORTH_HITS;
  entry->hits = 0;
  if (!is_soon) {
    if (entry->disappointments > 0)
      entry->disappointments--;
    return;
  }
  if (++entry->disappointments < DISAPPOINTMENTS_MAX)
    return;
  entry->disappointments = 0;
  if (--entry->anchor_count == 0)
    have_none(entry);
  for (unsigned i = 0; i < entry->anchor_count; i++)
    entry->anchors[i] = entry->anchors[i + 1];
}

/* Whether the frames of ENTRY from FROM, which is not the hook's own, up to TO are on the present stack, those
 * before being so. */
static bool same_between(const struct msrt_stack_entry *entry, unsigned from, unsigned to) {
  for (unsigned i = from; i < to; i++) {
    const struct msrt_frame *seen = (const struct msrt_frame *)entry->frames[i - 1].fp;
    if (seen->fp != entry->frames[i].fp || seen->ra != entry->frames[i].ra)
      return false;
  }
  return true;
}

bool msrt_stack_same_outer(struct msrt_stack_cache *cache, struct msrt_stack_entry *entry) {
  unsigned changed = 1, count = entry->anchor_count;
  for (; changed < count; changed++) {
    const struct msrt_anchor *anchor = &entry->anchors[changed];
    if (!same_between(entry, anchor[-1].before, anchor->before))
      return false;
    if (__memscope_tls.anchors[anchor->word] == anchor->number)
      break;
  }
  if (count == 0 || (changed >= count && !same_between(entry, entry->anchors[count - 1].before, entry->quick)))
    return false;
  for (unsigned i = 0; i < changed; i++)
    renew(cache, &entry->anchors[i]);
  reconsider(entry);
  return true;
}
