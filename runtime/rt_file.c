/* rt_file.c - create the trace, hand out chunks of it, stop when it cannot grow.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A store into a mapped page without space behind it is SIGBUS, so every chunk is
 * allocated (fallocate, or written zeros where the file system has none) before it is
 * mapped, and RLIMIT_FSIZE is looked at first, for the kernel answers an attempt beyond it
 * with SIGXFSZ. The descriptor lives high, where programs do not count on numbers; they
 * may close it or reuse its number, so it is checked (device, inode) before each use.
 *
 * The next free offset is in the header, which is shared memory: a snapshot's process takes
 * chunks of the same file (snapshot.c), and fetch_add hands out disjoint ranges to both.
 *
 * Invariant: the header page is mapped from msrt_file_open to the end of the process, so
 * that counters can be stored at any moment, even after recording has stopped.
 */
#include "runtime/rt_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>

#include "memscope/abi.h"
#include "runtime/rt_crc32c.h"
#include "runtime/lifecycle.h"
#include "runtime/rt_arch.h"
#include "runtime/rt_fmt.h"
#include "runtime/rt_options.h"
#include "runtime/rt_sys_linux.h"

#define PATH_MAX_BYTES 4096
#define FD_WANTED 1000 /* programs rarely count this high; below the usual limit of 1024 */

static struct {
  struct ms_trace_header *header;
  _Atomic int fd;       /* -1: none. Relaxed: any value is verified by fstat before use */
  _Atomic bool active;  /* relaxed: a late reader loses nothing but time */
  dev_t dev;
  ino_t ino;
  char path[PATH_MAX_BYTES];
} file = {.fd = -1};

bool msrt_file_active(void) { return atomic_load_explicit(&file.active, memory_order_relaxed); }

const char *msrt_file_path(void) { return file.path; }

/* Record no more. WANTED: somebody has asked for that; the trace says it, and standard error, which the
 * program's tests may compare, only if it is to say where the trace goes. */
static void stop(enum ms_stop_reason reason, int error, bool wanted) {
  static const char *const texts[] = {
      [MS_STOP_NONE] = "", [MS_STOP_NO_SPACE] = "",
      [MS_STOP_FILE_LIMIT] = "file size limit reached",
      [MS_STOP_IO] = "cannot write: ", [MS_STOP_FILE_LOST] = "the trace file is gone"};
  if (!atomic_exchange_explicit(&file.active, false, memory_order_relaxed))
    return; /* somebody else has said it */
  char scratch[24];
  if (file.header) {
    file.header->stop_errno = (uint32_t)error;
    file.header->stop_reason = reason;
  }
  msrt_file_touch();
  if (wanted && !msrt_options.verbose)
    return;
  const char *why = reason == MS_STOP_NO_SPACE || reason == MS_STOP_IO
                        ? msrt_error_name(error, scratch)
                        : NULL;
  msrt_say("recording stopped, the program goes on: ", texts[reason], why, ": ", file.path);
}

static bool is_ours(int fd) {
  struct stat st;
  return fd >= 0 && msrt_sys_fstat(fd, &st) == 0 && st.st_dev == file.dev &&
         st.st_ino == file.ino;
}

/* Move FD out of the way of the program's own numbers. */
static int raise_fd(int fd) {
  uint64_t limit = msrt_sys_limit_nofile();
  int want = FD_WANTED;
  if (limit < FD_WANTED + 24)
    want = limit > 40 ? (int)limit - 24 : (int)limit / 2;
  int high = msrt_sys_dup_above(fd, want);
  if (high < 0)
    return fd;
  msrt_sys_close(fd);
  return high;
}

/* The descriptor, verified; reopened by path if the program closed it. -1: lost. */
static int checked_fd(void) {
  int fd = atomic_load_explicit(&file.fd, memory_order_relaxed);
  if (is_ours(fd))
    return fd;
  fd = msrt_sys_open(file.path, O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0);
  if (fd < 0)
    return -1;
  if (!is_ours(fd)) {
    msrt_sys_close(fd);
    return -1;
  }
  fd = raise_fd(fd);
  atomic_store_explicit(&file.fd, fd, memory_order_relaxed);
  return fd;
}

/* Make [OFFSET, OFFSET + SIZE) of FD exist on disk. 0 or a positive error number. */
static int allocate(int fd, uint64_t offset, size_t size) {
  int r = msrt_sys_fallocate(fd, offset, size);
  if (r != -EOPNOTSUPP && r != -ENOSYS)
    return -r;
  static const char zeros[MSRT_PAGE];
  for (size_t done = 0; done < size;) {
    size_t piece = size - done < sizeof zeros ? size - done : sizeof zeros;
    long n = msrt_sys_pwrite(fd, zeros, piece, offset + done);
    if (n <= 0)
      return n < 0 ? (int)-n : ENOSPC;
    done += (size_t)n;
  }
  return 0;
}

void *msrt_file_chunk(size_t size, bool populate) {
  if (!msrt_file_active())
    return NULL;
  uint64_t offset = __atomic_fetch_add(&file.header->file_end, size, __ATOMIC_RELAXED);
  uint64_t end = offset + size;
  /* The limits are about the file's end, and ours is the farthest we have asked for. */
  bool is_enough = msrt_options.maxsize && end > msrt_options.maxsize;
  if (is_enough || end > msrt_sys_limit_fsize()) {
    stop(MS_STOP_FILE_LIMIT, EFBIG, is_enough);
    return NULL;
  }
  int fd = checked_fd();
  if (fd < 0) {
    stop(MS_STOP_FILE_LOST, EBADF, false);
    return NULL;
  }
  int error = allocate(fd, offset, size);
  void *map = NULL;
  if (error == 0) {
    map = msrt_sys_map_file(fd, offset, size, populate, &error);
    if (map && !msrt_sys_drop_on_fork(map, size)) {
      msrt_sys_unmap(map, size);
      map = NULL;
      error = ENOSYS;
    }
  }
  if (!map) {
    stop(error == ENOSPC || error == EDQUOT ? MS_STOP_NO_SPACE
         : error == EFBIG                   ? MS_STOP_FILE_LIMIT
                                            : MS_STOP_IO,
         error, false);
    return NULL;
  }
  msrt_file_touch();
  return map;
}

bool msrt_file_share(void) {
  int error, fd = msrt_file_active() ? checked_fd() : -1;
  file.header = fd >= 0 ? msrt_sys_map_file(fd, 0, MS_TRACE_PAGE, true, &error) : NULL;
  return file.header != NULL;
}

void msrt_file_touch(void) {
  if (!file.header)
    return;
  file.header->last_time = msrt_ticks_after();
  file.header->last_unix_ns = msrt_sys_unix_ns();
}

void msrt_file_drop(uint64_t n) {
  if (file.header) /* relaxed: a statistic */
    __atomic_fetch_add(&file.header->dropped, n, __ATOMIC_RELAXED);
}

uint32_t msrt_file_thread_number(void) {
  return file.header ? __atomic_add_fetch(&file.header->thread_count, 1, __ATOMIC_RELAXED) : 0;
}

void msrt_file_exited(void) {
  if (!file.header)
    return;
  msrt_file_touch();
  file.header->state = MS_STATE_EXITED;
}

void msrt_file_forget(void) {
  int fd = atomic_load_explicit(&file.fd, memory_order_relaxed);
  if (is_ours(fd))
    msrt_sys_close(fd);
  atomic_store_explicit(&file.fd, -1, memory_order_relaxed);
  atomic_store_explicit(&file.active, false, memory_order_relaxed);
  file.header = NULL; /* the mapping itself did not come along */
  file.path[0] = 0;
}

/* The path for attempt ATTEMPT (1, 2, ...), from the option `out`. */
static void make_path(struct msrt_text *path, unsigned attempt) {
  static const char extension[] = ".mscope";
  const char *out = msrt_options.out;
  size_t out_len = strlen(out);
  if (out[0] != '/') {
    static char cwd[PATH_MAX_BYTES]; /* one thread makes the file; its stack may be small */
    if (msrt_sys_getcwd(cwd, sizeof cwd) > 0) {
      msrt_text_str(path, cwd);
      if (strcmp(cwd, "/") != 0)
        msrt_text_str(path, "/");
    }
  }
  for (; *out; out++) {
    if (out[0] == '%' && out[1] == 'p') {
      msrt_text_num(path, (uint64_t)msrt_sys_getpid());
      out++;
    } else if (out[0] == '%' && out[1] == 'e') {
      msrt_text_str(path, msrt_lifecycle_name());
      out++;
    } else {
      msrt_text_mem(path, out, 1);
    }
  }
  if (out_len == 0 || msrt_options.out[out_len - 1] == '/') {
    msrt_text_str(path, msrt_lifecycle_name());
    msrt_text_str(path, ".");
    msrt_text_num(path, (uint64_t)msrt_sys_getpid());
    msrt_text_str(path, extension);
  }
  if (attempt == 1)
    return;
  size_t ext_len = sizeof extension - 1;
  bool has_ext = path->used > ext_len &&
                 memcmp(path->data + path->used - ext_len, extension, ext_len) == 0;
  if (has_ext)
    path->used -= ext_len;
  msrt_text_str(path, ".");
  msrt_text_num(path, attempt);
  if (has_ext)
    msrt_text_str(path, extension);
}

/* Make the directory that PATH lies in, if only that is missing. */
static bool make_directory(char *path) {
  char *slash = strrchr(path, '/');
  if (!slash || slash == path)
    return false;
  *slash = 0;
  bool ok = msrt_sys_mkdir(path, 0777) == 0;
  *slash = '/';
  return ok;
}

static void fill_header(struct ms_trace_header *h, const struct msrt_origin *origin) {
  memcpy(h->magic, MS_TRACE_MAGIC, sizeof h->magic);
  h->version_major = MS_TRACE_VERSION_MAJOR;
  h->version_minor = MS_TRACE_VERSION_MINOR;
  h->header_size = MS_TRACE_PAGE;
  h->start_time = msrt_ticks_after();
  h->start_unix_ns = msrt_sys_unix_ns();
  h->tick_hz = msrt_tick_hz();
  h->pid = (uint32_t)msrt_sys_getpid();
  h->ppid = (uint32_t)msrt_sys_getppid();
  h->arch = MSRT_ARCH;
  h->pointer_bytes = sizeof(void *);
  h->abi_version = MS_ABI_VERSION;
  h->fork_parent = origin->fork_parent;
  h->fork_time = origin->fork_time;
  h->crc = msrt_crc32c(h, offsetof(struct ms_trace_header, crc));
  h->last_time = h->start_time;
  h->last_unix_ns = h->start_unix_ns;
  h->file_end = MS_TRACE_PAGE;
}

bool msrt_file_open(const struct msrt_origin *origin) {
  char scratch[24];
  int error, fd = -EEXIST;
  struct msrt_text path;
  for (unsigned attempt = 1; fd == -EEXIST && attempt < 1000; attempt++) {
    msrt_text_init(&path, file.path, sizeof file.path);
    make_path(&path, attempt);
    fd = msrt_sys_open(file.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd == -ENOENT && attempt == 1 && make_directory(file.path))
      fd = msrt_sys_open(file.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  }
  if (fd < 0) {
    msrt_say("cannot create ", file.path, ": ", msrt_error_name(-fd, scratch), ", not recording");
    file.path[0] = 0;
    return false;
  }
  struct stat st;
  error = -msrt_sys_fstat(fd, &st);
  file.dev = st.st_dev;
  file.ino = st.st_ino;
  fd = raise_fd(fd);
  if (error == 0)
    error = msrt_sys_limit_fsize() < MS_TRACE_PAGE ? EFBIG : allocate(fd, 0, MS_TRACE_PAGE);
  struct ms_trace_header *header =
      error ? NULL : msrt_sys_map_file(fd, 0, MS_TRACE_PAGE, true, &error);
  if (header && !msrt_sys_drop_on_fork(header, MS_TRACE_PAGE))
    header = NULL, error = ENOSYS;
  if (!header) {
    msrt_sys_close(fd);
    msrt_say("cannot write ", file.path, ": ", msrt_error_name(error, scratch), ", not recording");
    return false;
  }
  fill_header(header, origin);
  file.header = header;
  atomic_store_explicit(&file.fd, fd, memory_order_relaxed);
  /* release: whoever sees an active file sees its header (process.c publishes likewise) */
  atomic_store_explicit(&file.active, true, memory_order_release);
  if (msrt_options.verbose)
    msrt_say("recording to ", file.path, NULL, NULL, NULL);
  return true;
}
