// MemScope counts every allocation, free and byte of a program as valgrind does, whoever
// calls the allocator: a realloc is one of each, libc's own blocks count.
//
// REQUIRES: valgrind, plugin
// RUN: %clang -O2 -g -gdwarf-4 %s -o %t.plain
// RUN: valgrind --run-libc-freeres=no --log-file=%t.log %t.plain > /dev/null
// RUN: memscope-cc -O2 -g -gdwarf-4 %s -o %t.memscope
// RUN: rm -rf %t.d && mkdir %t.d
// RUN: env MEMSCOPE_OPTIONS=out=%t.d/ %t.memscope > /dev/null
// RUN: memscope json %t.d/*.mscope > %t.json
// RUN: %python %S/Inputs/same_counts.py %t.log %t.json | FileCheck %s
// CHECK: valgrind {{[0-9]+}} {{[0-9]+}} {{[0-9]+}} memscope {{.*}} same
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_length(const void *a, const void *b) {
  return (int)strlen(*(char *const *)a) - (int)strlen(*(char *const *)b);
}

int main(void) {
  size_t count = 0, room = 0;
  char **lines = NULL, *text = NULL, *line = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  for (int i = 0; i < 1000; i++)
    fprintf(out, "%0*d\n", i % 90 + 1, i);
  fclose(out);
  FILE *in = fmemopen(text, size, "r");
  for (size_t n = 0; getline(&line, &n, in) > 0;) {
    if (count == room) {
      room = room ? 2 * room : 1;
      lines = reallocarray(lines, room, sizeof *lines);
    }
    lines[count++] = strdup(line);
  }
  fclose(in);
  qsort(lines, count, sizeof *lines, by_length); /* allocates for this many */
  char *last = NULL;
  if (asprintf(&last, "%s", lines[count - 1]) > 0)
    puts(last);
  void *aligned = NULL;
  if (posix_memalign(&aligned, 256, 1000) == 0)
    free(aligned);
  free(calloc(30, 70));
  free(last);
  for (size_t i = 0; i < count; i += 2)
    free(lines[i]);
  free(lines);
  free(line);
  free(text);
  return 0;
}
