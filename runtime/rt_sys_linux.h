/* rt_sys_linux.h - every system call of the runtime, as thin functions.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * All of them enter the kernel directly: no errno, no cancellation point, no libc state,
 * so they may be used from any hook, in signal handlers and between fork and exec.
 * Results are the kernel's: negative error numbers on failure.
 */
#ifndef MEMSCOPE_RUNTIME_RT_SYS_LINUX_H
#define MEMSCOPE_RUNTIME_RT_SYS_LINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stat;

#define MSRT_PAGE 4096u

int msrt_sys_open(const char *path, int flags, int mode);
int msrt_sys_mkdir(const char *path, int mode);
void msrt_sys_close(int fd);
long msrt_sys_read(int fd, void *buf, size_t len);
long msrt_sys_write(int fd, const void *buf, size_t len);
long msrt_sys_pwrite(int fd, const void *buf, size_t len, uint64_t offset);
int msrt_sys_fallocate(int fd, uint64_t offset, uint64_t len);
int msrt_sys_ftruncate(int fd, uint64_t len);
int msrt_sys_fstat(int fd, struct stat *ret_stat);
/* A duplicate of FD, numbered MIN or more, close-on-exec. */
int msrt_sys_dup_above(int fd, int min);
long msrt_sys_readlink(const char *path, char *buf, size_t size);
long msrt_sys_getcwd(char *buf, size_t size);

/* NULL on failure, so that callers need not know MAP_FAILED. */
void *msrt_sys_map_anon(size_t size);
void *msrt_sys_map_file(int fd, uint64_t offset, size_t size, bool populate, int *ret_error);
/* Reserve addresses without access, just there; then give access to some of them (and leave
 * them out of core dumps); and give the memory back, which reads as zeros afterwards. */
bool msrt_sys_reserve(uintptr_t start, size_t size);
bool msrt_sys_open_range(uintptr_t start, size_t size, bool no_dump);
void msrt_sys_give_back(uintptr_t start, size_t size);
enum msrt_access { MSRT_ACCESS_NONE, MSRT_ACCESS_READ, MSRT_ACCESS_WRITE };
bool msrt_sys_protect(uintptr_t start, size_t size, enum msrt_access access);
void msrt_sys_unmap(void *start, size_t size);
/* The child of a fork finds the range zeroed / not there at all. False: too old a kernel. */
bool msrt_sys_wipe_on_fork(void *start, size_t size);
bool msrt_sys_drop_on_fork(void *start, size_t size);

int msrt_sys_getpid(void);
int msrt_sys_getppid(void);
int msrt_sys_gettid(void);
void msrt_sys_yield(void);
/* Soft limits; UINT64_MAX when there is none. */
uint64_t msrt_sys_limit_fsize(void);
uint64_t msrt_sys_limit_nofile(void);
/* The calling thread's name, at most 15 characters and a NUL. */
void msrt_sys_thread_name(char name[16]);

/* Whether the eight bytes at ADDRESS can be read; touches nothing. About 100 ns. */
bool msrt_sys_readable(uintptr_t address);

/* Block every signal in this thread; the previous mask comes back and is restored. */
uint64_t msrt_sys_signals_block(void);
void msrt_sys_signals_restore(uint64_t mask);
/* Block those of MASK as well. */
void msrt_sys_signals_add(uint64_t mask);
/* Send this thread a signal with what INFO, a siginfo_t, says. */
void msrt_sys_queue_signal(int number, void *info);

uint64_t msrt_sys_unix_ns(void);

/* A copy of this process that no handler, signal or wait() of the program hears of: 0 in the
 * copy, its process id in ours, negative on failure. */
int msrt_sys_clone_quietly(void);
void msrt_sys_exit_now(int status) __attribute__((noreturn));
/* Take note of the end of such a copy; BLOCK: wait for it. */
void msrt_sys_reap(int pid, bool block);
/* Directory entries as getdents64 gives them. */
long msrt_sys_read_dir(int fd, void *buf, size_t size);

#endif
