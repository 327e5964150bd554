/* rt_fmt.c - text without stdio.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A line goes out in a single write so that lines of several threads and processes do not
 * mix. Nothing here allocates; everything may run inside a signal handler.
 */
#include "runtime/rt_fmt.h"

#include <errno.h>
#include <string.h>

#include "runtime/rt_sys_linux.h"

void msrt_text_init(struct msrt_text *text, char *buffer, size_t size) {
  text->data = buffer;
  text->size = size;
  text->used = 0;
  buffer[0] = 0;
}

void msrt_text_mem(struct msrt_text *text, const char *bytes, size_t len) {
  size_t room = text->size - 1 - text->used;
  if (len > room)
    len = room;
  memcpy(text->data + text->used, bytes, len);
  text->used += len;
  text->data[text->used] = 0;
}

void msrt_text_str(struct msrt_text *text, const char *string) {
  msrt_text_mem(text, string, strlen(string));
}

void msrt_text_num(struct msrt_text *text, uint64_t number) {
  char digits[20];
  unsigned n = 0;
  do {
    digits[sizeof digits - ++n] = (char)('0' + number % 10);
    number /= 10;
  } while (number);
  msrt_text_mem(text, digits + sizeof digits - n, n);
}

void msrt_text_hex(struct msrt_text *text, uint64_t number) {
  char digits[16];
  unsigned n = 0;
  do {
    digits[sizeof digits - ++n] = "0123456789abcdef"[number & 15];
    number >>= 4;
  } while (number);
  msrt_text_mem(text, "0x", 2);
  msrt_text_mem(text, digits + sizeof digits - n, n);
}

const char *msrt_error_name(int error, char scratch[24]) {
  static const struct {
    int number;
    const char *words;
  } known[] = {
      {ENOSPC, "no space left"},          {EDQUOT, "disk quota used up"},
      {EACCES, "permission denied"},      {EPERM, "not permitted"},
      {EROFS, "read-only file system"},   {ENOENT, "no such directory"},
      {ENOTDIR, "not a directory"},       {EISDIR, "is a directory"},
      {EMFILE, "too many open files"},    {ENFILE, "too many open files in the system"},
      {EIO, "input/output error"},        {EINVAL, "invalid argument"},
      {ENOMEM, "out of memory"},          {EFBIG, "file too large"},
      {ELOOP, "too many symbolic links"}, {ENAMETOOLONG, "name too long"},
      {ENODEV, "cannot be mapped"},       {EEXIST, "exists"},
      {EBADF, "bad file descriptor"},     {ENOSYS, "not supported by this kernel"},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i].number == error)
      return known[i].words;
  struct msrt_text text;
  msrt_text_init(&text, scratch, 24);
  msrt_text_str(&text, "error ");
  msrt_text_num(&text, (uint64_t)error);
  return scratch;
}

void msrt_say(const char *a, const char *b, const char *c, const char *d, const char *e) {
  char line[1024];
  struct msrt_text text;
  msrt_text_init(&text, line, sizeof line - 1);
  const char *const parts[] = {"memscope: ", a, b, c, d, e};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (parts[i])
      msrt_text_str(&text, parts[i]);
  line[text.used++] = '\n';
  msrt_sys_write(2, line, text.used);
}
