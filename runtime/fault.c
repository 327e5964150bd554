/* fault.c - what happens at a SIGSEGV in a program with guarded blocks.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * An access to a guarded page is recorded, as AddressSanitizer's reports are at level check
 * (events object and report); the page is opened and the instruction runs again, so that the
 * program does what it would have done without us. A page that was read is opened for reading
 * only: the check that stands before each store of a pointer reads what it overwrites, and the
 * write is to be seen as well.
 *
 * Any other SIGSEGV is the program's. It gets it as if the kernel had called its handler: on the
 * stack that it asked for, with its mask, once only if it said so. What it has asked for is kept
 * here; the kernel's own entry is our handler, with those flags of the program's that the kernel
 * acts upon before it calls. For SIG_DFL we step aside: the instruction faults again, and the core
 * dump is of that.
 *
 * Nothing here allocates, locks against the program or prints.
 */
#include "runtime/fault.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <ucontext.h>

#include "runtime/copies.h"
#include "runtime/guard.h"
#include "runtime/modules.h"
#include "runtime/record.h"
#include "runtime/rt_sys_linux.h"

#define SCANNED_WORDS 128u /* of a stack, for the caller of a library function */
#define RED_ZONE 128u
#define FUNCTION_MAX (64u << 10) /* bytes of code */
#define ROUNDS 10000u /* waiting for another thread that changes the action */

/* What the program believes to be installed. Two of them: a change fills in the one that is not
 * current, so that a handler in another thread reads a whole one. */
static struct sigaction actions[2];
static _Atomic unsigned current; /* release by who changed, acquire by readers */
static _Atomic bool is_changing; /* among those who change; signals are blocked meanwhile */
static msrt_sigaction *real_sigaction;

/* The code of copies.c that reads the program's memory. */
extern const char __start_msrt_reads[] __attribute__((weak, visibility("hidden")));
extern const char __stop_msrt_reads[] __attribute__((weak, visibility("hidden")));

struct registers {
  uintptr_t pc, sp, fp;
  uintptr_t link; /* where a function that called nothing returns to; 0: that is on the stack */
  bool is_write;
};

static struct registers registers_of(const ucontext_t *context) {
  const mcontext_t *m = &context->uc_mcontext;
#if defined(__x86_64__)
  return (struct registers){.pc = (uintptr_t)m->gregs[REG_RIP], .sp = (uintptr_t)m->gregs[REG_RSP],
                            .fp = (uintptr_t)m->gregs[REG_RBP],
                            .is_write = (m->gregs[REG_ERR] & 2) != 0};
#else
  struct registers r = {.pc = m->pc, .sp = m->sp, .fp = m->regs[29], .link = m->regs[30]};
  const unsigned char *at = (const unsigned char *)m->__reserved;
  for (const unsigned char *end = at + sizeof m->__reserved; at + 16 <= end;) {
    uint32_t head[2]; /* magic, size */
    uint64_t syndrome;
    memcpy(head, at, sizeof head);
    memcpy(&syndrome, at + sizeof head, sizeof syndrome);
    if (head[0] == 0x45535201u) /* ESR_MAGIC; bit 6 of the syndrome: WnR */
      r.is_write = (syndrome & 1u << 6) != 0;
    if (head[0] == 0 || head[1] < 16)
      break;
    at += head[1];
  }
  return r;
#endif
}

/* The instrumented function that called the code at R->pc, which is some library's, leaving its
 * return address at *RET_AT or above; 0: not found. */
static uintptr_t calling_function(struct msrt_thread *t, const struct registers *r,
                                  uintptr_t *ret_at) {
  *ret_at = r->sp;
  if (r->link && msrt_module_has_sites(r->link))
    return r->link;
  if (!msrt_stack_is_own(t, r->sp))
    return 0;
  uintptr_t at = (r->sp + 7) & ~(uintptr_t)7, end = at + SCANNED_WORDS * sizeof(uintptr_t);
  for (; at < end && at < t->stack.last; at += sizeof(uintptr_t)) {
    uintptr_t word = *(const uintptr_t *)at;
    if (msrt_module_has_sites(word) && msrt_stack_follows_call(word)) {
      *ret_at = at;
      return word;
    }
  }
  return 0;
}

/* Where the function at R->pc returns to, if it has made no frame (yet), as small ones do that call
 * something on rare paths only; else 0. */
static uintptr_t frameless_return(struct msrt_thread *t, const struct registers *r) {
#if defined(__x86_64__)
  if ((r->sp & 7) != 0 || !msrt_stack_is_own(t, r->sp))
    return 0;
  uintptr_t ra = *(const uintptr_t *)r->sp;
  if (!msrt_stack_follows_call(ra) || ((const unsigned char *)ra)[-5] != 0xe8)
    return 0;
  int32_t offset;
  memcpy(&offset, (const char *)ra - 4, sizeof offset);
  uintptr_t function = ra + (uintptr_t)(intptr_t)offset;
  return r->pc - function < FUNCTION_MAX ? ra : 0; /* a call of just that function */
#else
  (void)t, (void)r;
  return 0;
#endif
}

/* Whether PC is in a hook that reads what is about to be written. */
static bool is_reading_hook(uintptr_t pc) {
  return pc - (uintptr_t)__start_msrt_reads <
         (uintptr_t)__stop_msrt_reads - (uintptr_t)__start_msrt_reads;
}

/* What the stack would begin with if the access were a call. */
struct beginning {
  struct msrt_frame frames[2];
};

/* The functions of the access; returns how many frames are made up. */
static unsigned begin_stack(struct msrt_thread *t, const struct registers *r,
                            struct beginning *ret) {
  struct msrt_frame *first = &ret->frames[0];
  uintptr_t at;
  *first = (struct msrt_frame){.fp = r->fp, .ra = r->pc + 1};
  if (is_reading_hook(r->pc)) {
    *first = *(const struct msrt_frame *)r->fp; /* what called the hook is about to do the same */
    if (is_reading_hook(first->ra)) /* from another part of it */
      *first = *(const struct msrt_frame *)first->fp;
    return 1;
  }
  if (!msrt_module_has_sites(r->pc)) {
    uintptr_t caller = calling_function(t, r, &at);
    if (caller)
      *first = (struct msrt_frame){.fp = r->fp > at ? r->fp : 0, .ra = caller};
    return 1;
  }
  ret->frames[1] = (struct msrt_frame){.fp = r->fp, .ra = frameless_return(t, r)};
  return ret->frames[1].ra ? 2 : 1;
}

/* Where the frames can lie so that a walk goes on from them: here, if this is the stack of the
 * access; on another one below what is in use of it. */
static uintptr_t place(struct msrt_thread *t, const struct registers *r, struct beginning *frames,
                       unsigned count) {
  struct beginning *to = frames, *below =
      (struct beginning *)((r->sp - RED_ZONE - sizeof *frames) & ~(uintptr_t)15);
  bool is_here = (uintptr_t)frames < r->sp && msrt_stack_is_own(t, (uintptr_t)frames);
  if (!is_here && msrt_stack_is_own(t, (uintptr_t)below)) {
    *below = *frames;
    to = below;
  }
  if (count > 1)
    to->frames[0].fp = (uintptr_t)&to->frames[1];
  return (uintptr_t)to;
}

static void record(const struct msrt_guard_hit *hit, uintptr_t address,
                   const struct registers *r) {
  struct msrt_thread *t = &msrt_self;
  const uintptr_t own_fp = MSRT_FRAME();
  struct msrt_claim claim;
  if (!msrt_is_recorded(t, own_fp) || !msrt_claim_lane(t, own_fp, &claim))
    return;
  uint64_t what = hit->is_freed ? MS_REPORT_HEAP_USE_AFTER_FREE : MS_REPORT_HEAP_OVERFLOW;
  what |= r->is_write ? MS_REPORT_WRITE : 0;
  if (claim.gate > MSRT_GATE_MAX)
    claim.lane->countdown = 0;
  msrt_lane_put(claim.lane, MS_EV_OBJECT, 0, MSRT_B_NUMBER, hit->size, hit->block, true,
                msrt_lane_delta(claim.lane, true));
  if (!msrt_lane_full(claim.lane) || msrt_lane_refresh(t, claim.lane)) {
    struct beginning frames;
    unsigned count = begin_stack(t, r, &frames);
    struct msrt_sites none = {NULL, NULL};
    uint32_t context =
        msrt_record_context(t, claim.lane, place(t, r, &frames, count), MS_FN_NONE, none).id;
    msrt_lane_put(claim.lane, MS_EV_REPORT, context, MSRT_B_NUMBER, what, address, true,
                  msrt_lane_delta(claim.lane, true));
  }
  msrt_release_lane(t, &claim);
}

static struct sigaction *program_action(void) {
  return &actions[atomic_load_explicit(&current, memory_order_acquire)];
}

static bool is_default(const struct sigaction *a) {
  return !(a->sa_flags & SA_SIGINFO) && a->sa_handler == SIG_DFL;
}

static bool is_ignored(const struct sigaction *a) {
  return !(a->sa_flags & SA_SIGINFO) && a->sa_handler == SIG_IGN;
}

/* The program has not asked for it, or the kernel would not let it ignore it. */
static void end_program(int number, siginfo_t *info) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  real_sigaction(number, &action, NULL);
  if (info->si_code <= 0) /* somebody sent it: there is no instruction that would fault again */
    msrt_sys_queue_signal(number, info);
}

static void replace_action(const struct sigaction *action) {
  uint64_t mask = msrt_sys_signals_block();
  /* In a forked child the one who changes may not exist. */
  for (unsigned i = 0; i < ROUNDS; i++) {
    if (!atomic_exchange_explicit(&is_changing, true, memory_order_acquire))
      break;
    msrt_sys_yield();
  }
  unsigned next = !atomic_load_explicit(&current, memory_order_relaxed);
  actions[next] = *action;
  atomic_store_explicit(&current, next, memory_order_release);
  atomic_store_explicit(&is_changing, false, memory_order_release);
  msrt_sys_signals_restore(mask);
}

/* What the kernel would have done before and in calling the program's handler. */
static void pass_on(int number, siginfo_t *info, void *context) {
  const struct sigaction action = *program_action();
  if (is_ignored(&action) && info->si_code <= 0)
    return;
  if (is_default(&action) || is_ignored(&action)) {
    end_program(number, info);
    return;
  }
  if (action.sa_flags & SA_RESETHAND) {
    struct sigaction reset = action;
    reset.sa_flags &= ~SA_SIGINFO;
    reset.sa_handler = SIG_DFL;
    replace_action(&reset);
  }
  uint64_t mask; /* the kernel's part of a sigset_t; our return brings the old one back */
  memcpy(&mask, &action.sa_mask, sizeof mask);
  if (!(action.sa_flags & SA_NODEFER))
    mask |= 1ull << (number - 1);
  msrt_sys_signals_add(mask);
  if (action.sa_flags & SA_SIGINFO)
    action.sa_sigaction(number, info, context);
  else
    action.sa_handler(number);
}

static void on_fault(int number, siginfo_t *info, void *context) {
  int saved_errno = errno;
  uintptr_t address = (uintptr_t)info->si_addr;
  const struct registers r = registers_of(context);
  struct msrt_guard_hit hit;
  if (info->si_code > 0 && msrt_in_guard(address) && msrt_guard_hit(address, r.is_write, &hit)) {
    if (hit.is_new)
      record(&hit, address, &r);
    errno = saved_errno;
    return;
  }
  errno = saved_errno;
  pass_on(number, info, context);
}

/* Have the kernel call us as it would call the handler of ACTION. */
static int install(const struct sigaction *action) {
  struct sigaction ours;
  memset(&ours, 0, sizeof ours);
  ours.sa_sigaction = on_fault;
  /* NODEFER: what the handler of the program touches may be guarded, too. */
  ours.sa_flags = SA_SIGINFO | SA_NODEFER | (action->sa_flags & (SA_ONSTACK | SA_RESTART));
  if (is_ignored(action))
    ours.sa_flags |= SA_RESTART;
  return real_sigaction(SIGSEGV, &ours, NULL);
}

void msrt_fault_watch(msrt_sigaction *real) {
  struct sigaction action;
  if (!real || real(SIGSEGV, NULL, &action) != 0)
    return;
  actions[0] = action;
  real_sigaction = real;
  install(&action);
}

bool msrt_fault_is_watched(void) { return real_sigaction != NULL; }

int msrt_fault_action(const struct sigaction *action, struct sigaction *old) {
  const struct sigaction had = *program_action();
  if (action) {
    const struct sigaction wanted = *action; /* OLD may be the same */
    replace_action(&wanted);
    install(&wanted);
  }
  if (old)
    *old = had;
  return 0;
}
