/* rt_sys_linux.c - every system call of the runtime, entered directly.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * libc's wrappers set errno, are cancellation points or may be interposed by the program
 * (and by tools); a program that is being recorded must not notice our calls. Only the
 * wall clock goes through libc, for the vDSO.
 */
#include "runtime/rt_sys_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

static long call6(long nr, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long ret;
  __asm__ volatile("syscall"
                   : "=a"(ret)
                   : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return ret;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = nr;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory");
  return x0;
#else
#error "MemScope's runtime knows x86-64 and AArch64"
#endif
}

#define CALL0(nr) call6(nr, 0, 0, 0, 0, 0, 0)
#define CALL1(nr, a) call6(nr, (long)(a), 0, 0, 0, 0, 0)
#define CALL2(nr, a, b) call6(nr, (long)(a), (long)(b), 0, 0, 0, 0)
#define CALL3(nr, a, b, c) call6(nr, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define CALL4(nr, a, b, c, d) call6(nr, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)

/* Repeat a call that a signal interrupted. */
#define RETRY(expression)         \
  __extension__({                 \
    long r_;                      \
    do                            \
      r_ = (expression);          \
    while (r_ == -EINTR);         \
    r_;                           \
  })

int msrt_sys_open(const char *path, int flags, int mode) {
  return (int)RETRY(CALL4(SYS_openat, AT_FDCWD, path, flags, mode));
}

int msrt_sys_mkdir(const char *path, int mode) {
  return (int)CALL3(SYS_mkdirat, AT_FDCWD, path, mode);
}

void msrt_sys_close(int fd) { CALL1(SYS_close, fd); }

long msrt_sys_read(int fd, void *buf, size_t len) { return RETRY(CALL3(SYS_read, fd, buf, len)); }

long msrt_sys_write(int fd, const void *buf, size_t len) {
  return RETRY(CALL3(SYS_write, fd, buf, len));
}

long msrt_sys_pwrite(int fd, const void *buf, size_t len, uint64_t offset) {
  return RETRY(CALL4(SYS_pwrite64, fd, buf, len, offset));
}

int msrt_sys_fallocate(int fd, uint64_t offset, uint64_t len) {
  return (int)RETRY(CALL4(SYS_fallocate, fd, 0, offset, len));
}

int msrt_sys_ftruncate(int fd, uint64_t len) { return (int)RETRY(CALL2(SYS_ftruncate, fd, len)); }

int msrt_sys_fstat(int fd, struct stat *ret_stat) { return (int)CALL2(SYS_fstat, fd, ret_stat); }

int msrt_sys_dup_above(int fd, int min) {
  return (int)CALL3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, min);
}

long msrt_sys_readlink(const char *path, char *buf, size_t size) {
  return CALL4(SYS_readlinkat, AT_FDCWD, path, buf, size);
}

long msrt_sys_getcwd(char *buf, size_t size) { return CALL2(SYS_getcwd, buf, size); }

void *msrt_sys_map_anon(size_t size) {
  long r = call6(SYS_mmap, 0, (long)size, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return r < 0 && r > -4096 ? NULL : (void *)r;
}

void *msrt_sys_map_file(int fd, uint64_t offset, size_t size, bool populate, int *ret_error) {
  long r = call6(SYS_mmap, 0, (long)size, PROT_READ | PROT_WRITE,
                 MAP_SHARED | (populate ? MAP_POPULATE : 0), fd, (long)offset);
  if (r < 0 && r > -4096) {
    *ret_error = (int)-r;
    return NULL;
  }
  return (void *)r;
}

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

bool msrt_sys_reserve(uintptr_t start, size_t size) {
  long r = call6(SYS_mmap, (long)start, (long)size, PROT_NONE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (r < 0 && r > -4096)
    return false;
  if ((uintptr_t)r == start)
    return true;
  msrt_sys_unmap((void *)r, size); /* a kernel before 4.17 takes the address as a hint */
  return false;
}

bool msrt_sys_open_range(uintptr_t start, size_t size, bool no_dump) {
  if (CALL3(SYS_mprotect, start, size, PROT_READ | PROT_WRITE) != 0)
    return false;
  if (no_dump)
    CALL3(SYS_madvise, start, size, MADV_DONTDUMP);
  return true;
}

bool msrt_sys_protect(uintptr_t start, size_t size, enum msrt_access access) {
  static const int protections[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE};
  return CALL3(SYS_mprotect, start, size, protections[access]) == 0;
}

void msrt_sys_give_back(uintptr_t start, size_t size) {
  CALL3(SYS_madvise, start, size, MADV_DONTNEED);
}

void msrt_sys_unmap(void *start, size_t size) { CALL2(SYS_munmap, start, size); }

bool msrt_sys_wipe_on_fork(void *start, size_t size) {
  return CALL3(SYS_madvise, start, size, MADV_WIPEONFORK) == 0;
}

bool msrt_sys_drop_on_fork(void *start, size_t size) {
  return CALL3(SYS_madvise, start, size, MADV_DONTFORK) == 0;
}

int msrt_sys_getpid(void) { return (int)CALL0(SYS_getpid); }
int msrt_sys_getppid(void) { return (int)CALL0(SYS_getppid); }
int msrt_sys_gettid(void) { return (int)CALL0(SYS_gettid); }
void msrt_sys_yield(void) { CALL0(SYS_sched_yield); }

static uint64_t soft_limit(int resource) {
  struct {
    uint64_t soft, hard;
  } limit = {UINT64_MAX, UINT64_MAX};
  if (CALL4(SYS_prlimit64, 0, resource, 0, &limit) < 0)
    return UINT64_MAX;
  return limit.soft;
}

uint64_t msrt_sys_limit_fsize(void) { return soft_limit(RLIMIT_FSIZE); }
uint64_t msrt_sys_limit_nofile(void) { return soft_limit(RLIMIT_NOFILE); }

void msrt_sys_thread_name(char name[16]) {
  name[0] = 0;
  CALL2(SYS_prctl, PR_GET_NAME, name);
  name[15] = 0;
}

/* rt_sigprocmask with an invalid HOW copies the new mask in before it looks at HOW:
 * EFAULT says unreadable, EINVAL readable, and nothing is changed either way. It needs no
 * file descriptor and, unlike process_vm_readv, container sandboxes let it through. */
bool msrt_sys_readable(uintptr_t address) {
  return CALL4(SYS_rt_sigprocmask, ~0L, address, 0, 8) != -EFAULT;
}

uint64_t msrt_sys_signals_block(void) {
  uint64_t all = ~0ull, old = 0;
  CALL4(SYS_rt_sigprocmask, SIG_SETMASK, &all, &old, 8);
  return old;
}

void msrt_sys_signals_restore(uint64_t mask) {
  CALL4(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, 8);
}

void msrt_sys_signals_add(uint64_t mask) {
  CALL4(SYS_rt_sigprocmask, SIG_BLOCK, &mask, 0, 8);
}

void msrt_sys_queue_signal(int number, void *info) {
  CALL4(SYS_rt_tgsigqueueinfo, msrt_sys_getpid(), msrt_sys_gettid(), number, info);
}

uint64_t msrt_sys_unix_ns(void) {
  struct timespec now = {0, 0};
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int msrt_sys_clone_quietly(void) { return (int)call6(SYS_clone, 0, 0, 0, 0, 0, 0); }

void msrt_sys_exit_now(int status) {
  for (;;)
    CALL1(SYS_exit_group, status);
}

void msrt_sys_reap(int pid, bool block) {
  RETRY(CALL4(SYS_wait4, pid, 0, __WALL | (block ? 0 : WNOHANG), 0));
}

long msrt_sys_read_dir(int fd, void *buf, size_t size) {
  return CALL3(SYS_getdents64, fd, buf, size);
}
