/* response_file.c - see response_file.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The rules are those of llvm::cl::TokenizeGNUCommandLine: a backslash takes the next byte
 * outside quotes and inside "...", but is an ordinary byte inside '...'; a NUL byte ends a
 * word as a blank does; an unclosed quote ends with the file. Nesting is bounded by
 * remembering device and inode of every file that is open above.
 */
#include "driver/cc/response_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/xalloc.h"

enum { MAX_DEPTH = 64 };
#define MAX_BYTES ((size_t)64 << 20)

struct expansion {
  struct ms_words *words;
  size_t bytes; /* read so far, from all files */
  unsigned depth;
  struct {
    dev_t dev;
    ino_t ino;
  } open[MAX_DEPTH];
};

static void add_word(struct ms_words *words, const char *text, size_t origin) {
  if (words->count == words->capacity) {
    words->capacity = words->capacity ? words->capacity * 2 : 64;
    words->items = ms_xrealloc(words->items, words->capacity, sizeof *words->items);
  }
  words->items[words->count++] = (struct ms_word){.text = text, .origin = origin};
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

void ms_words_split(struct ms_words *words, const char *text, size_t length, size_t origin) {
  char *word = ms_xmalloc(length + 1); /* no word is longer than the text */
  size_t used = 0;
  bool in_word = false;
  char quote = 0;
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    if (quote) {
      if (c == quote)
        quote = 0;
      else if (c == '\\' && quote == '"' && i + 1 < length)
        word[used++] = text[++i];
      else
        word[used++] = c;
    } else if (is_blank(c)) {
      if (in_word)
        add_word(words, ms_xstrndup(word, used), origin);
      used = 0;
      in_word = false;
    } else {
      in_word = true;
      if (c == '\'' || c == '"')
        quote = c;
      else if (c == '\\' && i + 1 < length)
        word[used++] = text[++i];
      else
        word[used++] = c;
    }
  }
  if (in_word)
    add_word(words, ms_xstrndup(word, used), origin);
  free(word);
}

/* Reads all of FD. */
static enum ms_status read_all(struct expansion *ex, int fd, const char *path, char **ret_text,
                               size_t *ret_length, struct ms_error *err) {
  size_t capacity = 4096, length = 0;
  char *text = ms_xmalloc(capacity);
  for (;;) {
    if (length == capacity)
      text = ms_xrealloc(text, capacity *= 2, 1);
    ssize_t n = read(fd, text + length, capacity - length);
    if (n == 0)
      break;
    if (n < 0) {
      if (errno == EINTR)
        continue;
      free(text);
      return ms_error_errno(err, errno, "%s", path);
    }
    length += (size_t)n;
    ex->bytes += (size_t)n;
    if (ex->bytes > MAX_BYTES) {
      free(text);
      return ms_error_set(err, MS_ERR_USAGE, "@%s: response files hold more than %zu MiB", path,
                          MAX_BYTES >> 20);
    }
  }
  *ret_text = text;
  *ret_length = length;
  return MS_OK;
}

static enum ms_status expand_word(struct expansion *ex, const char *text, size_t origin,
                                  struct ms_error *err);

static enum ms_status expand_file(struct expansion *ex, int fd, const char *path, size_t origin,
                                  struct ms_error *err) {
  struct stat st;
  if (fstat(fd, &st) != 0)
    return ms_error_errno(err, errno, "%s", path);
  for (unsigned i = 0; i < ex->depth; i++)
    if (ex->open[i].dev == st.st_dev && ex->open[i].ino == st.st_ino)
      return ms_error_set(err, MS_ERR_USAGE, "@%s: the response file includes itself", path);
  if (ex->depth == MAX_DEPTH)
    return ms_error_set(err, MS_ERR_USAGE, "@%s: response files nested deeper than %d", path,
                        MAX_DEPTH);
  char *content = NULL;
  size_t length = 0;
  MS_TRY(read_all(ex, fd, path, &content, &length, err));
  struct ms_words inner = {0};
  ms_words_split(&inner, content, length, origin);
  ex->open[ex->depth].dev = st.st_dev;
  ex->open[ex->depth].ino = st.st_ino;
  ex->depth++;
  size_t before = ex->words->count;
  enum ms_status status = MS_OK;
  for (size_t i = 0; i < inner.count && status == MS_OK; i++)
    status = expand_word(ex, inner.items[i].text, origin, err);
  for (size_t i = before; i < ex->words->count && !S_ISREG(st.st_mode); i++)
    ex->words->items[i].is_one_shot = true;
  ex->depth--;
  free(inner.items);
  free(content);
  return status;
}

static enum ms_status expand_word(struct expansion *ex, const char *text, size_t origin,
                                  struct ms_error *err) {
  int fd = text[0] == '@' && text[1] ? open(text + 1, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) {
    add_word(ex->words, text, origin);
    return MS_OK;
  }
  struct stat st;
  enum ms_status status = MS_OK;
  if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
    add_word(ex->words, text, origin);
  else
    status = expand_file(ex, fd, text + 1, origin, err);
  close(fd);
  return status;
}

enum ms_status ms_words_expand(int argc, char *const *argv, struct ms_words *ret_words,
                               struct ms_error *err) {
  struct expansion ex = {.words = ret_words};
  for (int i = 1; i < argc; i++)
    MS_TRY(expand_word(&ex, argv[i], (size_t)i, err));
  return MS_OK;
}
