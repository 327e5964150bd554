/* excerpt.c - see excerpt.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The name of the file comes from a trace, so it may be anything: a device, a pipe that never
 * gives a byte, a file of a terabyte. Only plain files below a limit are read. A file that was
 * written after the program was built is not shown: its lines may have moved, and a wrong
 * line is worse than none.
 */
#include "render/excerpt.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "render/paint.h"
#include "support/text.h"
#include "support/xalloc.h"

enum { FILE_MAX = 32 << 20, LINE_BYTES_MAX = 4096, TAB = 8, GUTTER = 8 };

/* PATH without "./", "//" and "a/.."; as the names in debug info are built. */
static char *tidy(const char *path) {
  char *out = ms_xmalloc(strlen(path) + 2);
  size_t len = 0;
  bool absolute = *path == '/';
  for (const char *at = path; *at;) {
    size_t n = strcspn(at, "/");
    if (n == 0 || (n == 1 && *at == '.')) {
      /* nothing */
    } else if (n == 2 && at[0] == '.' && at[1] == '.' && len && !(len >= 2 && memcmp(out + len - 2, "..", 2) == 0)) {
      while (len && out[len - 1] != '/')
        len--;
      len -= len > 0;
    } else {
      if (len || absolute)
        out[len++] = '/';
      memcpy(out + len, at, n);
      len += n;
    }
    at += n + (at[n] == '/');
  }
  out[len] = '\0';
  return out;
}

static char *full_path(const struct ms_report_place *place) {
  if (*place->file == '/' || !*place->dir)
    return tidy(place->file);
  char *joined = ms_xasprintf("%s/%s", place->dir, place->file), *path = tidy(joined);
  free(joined);
  return path;
}

char *ms_place_path(const struct ms_report_place *place, const char *cwd) {
  char *path = full_path(place);
  size_t n = strlen(cwd);
  if (n > 1 && strncmp(path, cwd, n) == 0 && path[n] == '/') {
    memmove(path, path + n + 1, strlen(path + n));
    return path;
  }
  if (*path == '/' && *place->dir)
    return path; /* clang cuts what name and working directory have in common off the name */
  free(path);
  return ms_xstrdup(place->file);
}

static bool is_later(const struct timespec *a, const struct timespec *b) {
  return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

/* Whether the file was written after the program was built, or after the run began. */
static bool is_changed(const struct stat *source, const struct ms_report_run *run) {
  struct stat program;
  struct timespec start = {.tv_sec = (time_t)(run->start_unix_ns / 1000000000u),
                           .tv_nsec = (long)(run->start_unix_ns % 1000000000u)};
  if (run->start_unix_ns && is_later(&source->st_mtim, &start))
    return true;
  return *run->program == '/' && stat(run->program, &program) == 0 &&
         !(run->start_unix_ns && is_later(&program.st_mtim, &start)) && is_later(&source->st_mtim, &program.st_mtim);
}

/* Line LINE of the file at PATH, without its end, or NULL. free() it. */
static char *read_line(const char *path, uint32_t line, const struct ms_report_run *run, bool *ret_changed) {
  struct stat st;
  if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX)
    return NULL;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
  if (!file) {
    if (fd >= 0)
      close(fd);
    return NULL;
  }
  char *text = NULL;
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX)
    goto out;
  if (is_changed(&st, run)) {
    *ret_changed = true;
    goto out;
  }
  size_t room = LINE_BYTES_MAX, len = 0, seen = 0;
  text = ms_xmalloc(room + 1);
  int c = 0;
  for (uint32_t at = 1; at <= line && (c = getc_unlocked(file)) != EOF && seen < FILE_MAX; seen++) {
    if (c == '\n' && at++ == line)
      break;
    if (c != '\n' && at == line && len < room)
      text[len++] = (char)c;
  }
  while (len && text[len - 1] == '\r')
    len--;
  text[len] = '\0';
  if (!len || strlen(text) != len) { /* empty, missing, or with bytes that no source has */
    free(text);
    text = NULL;
  }
out:
  fclose(file);
  return text;
}

/* The LEN bytes at TEXT fit for a terminal, tabs as blanks up to the next stop from COLUMN. */
static char *shown(const char *text, size_t len, size_t column) {
  char *result = ms_xstrdup("");
  for (size_t i = 0; i < len;) {
    size_t n = 0;
    while (i + n < len && text[i + n] != '\t')
      n++;
    char *part = ms_xstrndup(text + i, n), *safe = ms_text_escape(part);
    int blanks = 0;
    if (i + n < len)
      blanks = (int)(TAB - (column + ms_text_width(result) + ms_text_width(safe)) % TAB);
    char *longer = ms_xasprintf("%s%s%*s", result, safe, blanks, "");
    free(result);
    free(safe);
    free(part);
    result = longer;
    i += n + (blanks > 0);
  }
  return result;
}

static bool is_word(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Bytes of the word at TEXT: what the caret underlines. */
static size_t word_length(const char *text) {
  size_t n = 0;
  while (is_word(text[n]))
    n++;
  return n ? n : 1;
}

/* Cuts what is left of column FROM off TEXT; free() the result. */
static char *cut_front(char *text, size_t from) {
  size_t bytes = 0, columns = 0;
  while (text[bytes] && columns < from) {
    uint32_t code = 0;
    size_t n = ms_text_decode(text + bytes, &code);
    columns += ms_text_code_width(code);
    bytes += n ? n : 1;
  }
  char *rest = ms_xasprintf("%*s%s", (int)(columns - from), "", text + bytes);
  free(text);
  return rest;
}

bool ms_print_excerpt(const struct ms_report_place *place, const struct ms_report_run *run, size_t width, bool color,
                      FILE *out, bool *ret_changed) {
  *ret_changed = false;
  if (!*place->file || !place->line)
    return false;
  char *path = full_path(place), *line = read_line(path, place->line, run, ret_changed);
  free(path);
  size_t len = line ? strlen(line) : 0, column = place->column ? place->column - 1 : 0;
  if (!line || column >= len) {
    free(line);
    return false;
  }
  char *before = shown(line, column, 0);
  size_t at = ms_text_width(before), word = word_length(line + column);
  char *rest = shown(line + column, len - column, at);
  char *all = ms_xasprintf("%s%s", before, rest);
  size_t skip = strspn(all, " "), room = width > GUTTER + 8 ? width - GUTTER : 8;
  if (skip > at)
    skip = at;
  /* The indent goes first, then what is left of the caret. */
  skip = skip > 2 ? skip - 2 : 0;
  if (ms_text_width(all) - skip > room && at - skip > room / 2)
    skip = at - room / 2;
  if (skip) {
    all = cut_front(all, skip);
    at -= skip;
  }
  char *fitted = ms_text_elide(all, room, 0);
  fprintf(out, "%s%5u | %s%s\n", ms_paint(color, MS_QUIET), place->line, ms_paint(color, MS_RESET), fitted);
  if (place->column) {
    fprintf(out, "%s%5s | %s%*s%s^", ms_paint(color, MS_QUIET), "", ms_paint(color, MS_RESET), (int)at, "",
            ms_paint(color, MS_CARET));
    for (size_t i = 1; i < word && at + i < room; i++)
      putc('~', out);
    fprintf(out, "%s\n", ms_paint(color, MS_RESET));
  }
  free(fitted);
  free(all);
  free(rest);
  free(before);
  free(line);
  return true;
}
