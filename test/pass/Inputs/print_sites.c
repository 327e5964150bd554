/* print_sites.c - a stand-in for the runtime: prints the site of every allocation.
 *
 * Interposes malloc, calloc, realloc and free and writes one line for each to stderr:
 *   malloc(SIZE) PATH (TYPE) in FUNCTION, at FUNCTION
 * "wild site" means that instrumented code stored something that is no site record.
 */
#include "memscope/abi.h"
#include <stdio.h>
#include <stdlib.h>

__attribute__((tls_model("initial-exec"))) __thread struct ms_tls __memscope_tls;
const char __memscope_abi_v4 = 1;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void __libc_free(void *);

static struct {
  const struct ms_site *first, *last;
} modules[16];
static int num_modules;
static __thread int busy;

static int is_site(const struct ms_site *s) {
  if (!s)
    return 1;
  for (int i = 0; i < num_modules; ++i)
    if (s >= modules[i].first && s < modules[i].last &&
        ((const char *)s - (const char *)modules[i].first) % sizeof *s == 0)
      return 1;
  return 0;
}

static void print(const char *what, size_t size) {
  const struct ms_site *s = __memscope_tls.site, *at = __memscope_tls.at;
  __memscope_tls.at = NULL;
  if (busy)
    return;
  busy = 1;
  if (!is_site(s) || !is_site(at))
    fprintf(stderr, "wild site\n");
  else
    fprintf(stderr, "%s(%zu) %s (%s) in %s, at %s\n", what, size,
            s ? ms_site_str(&s->path) : "-", s ? ms_site_str(&s->type) : "-",
            s ? ms_site_str(&s->func) : "-", at ? ms_site_str(&at->func) : "-");
  busy = 0;
}

void *malloc(size_t n) {
  print("malloc", n);
  return __libc_malloc(n);
}

void *calloc(size_t m, size_t n) {
  print("calloc", m * n);
  return __libc_calloc(m, n);
}

void *realloc(void *p, size_t n) {
  print("realloc", n);
  return __libc_realloc(p, n);
}

void free(void *p) {
  const struct ms_site *at = __memscope_tls.at;
  __memscope_tls.at = NULL;
  if (p && !busy && is_site(at))
    fprintf(stderr, "free %s, at %s\n", at ? ms_site_str(&at->path) : "-",
            at ? ms_site_str(&at->func) : "-");
  __libc_free(p);
}

void __memscope_module_register(const void *handle, const struct ms_site *first,
                                const struct ms_site *last, uint64_t features) {
  (void)handle, (void)features;
  modules[num_modules].first = first;
  modules[num_modules++].last = last;
  busy = 1;
  fprintf(stderr, "module with %d sites\n", (int)(last - first));
  busy = 0;
}

void __memscope_module_unregister(const void *handle) {
  (void)handle;
  fprintf(stderr, "module gone\n");
}
