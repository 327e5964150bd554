/* fuzz_trace_text.c - bad text gives one error with a line number, good text a whole trace.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <string.h>

#include "analysis/trace/trace.h"
#include "analysis/trace/trace_assemble.h"
#include "fuzz.h"

const char *const fuzz_words[] = {
    "mscope 1.0\n", "process pid=2 start=18446744073709551615\n", "status state=running last=5\n", "info k value=v\n",
    "arg \"\\x01\"\n", "thread 3 os=4 name=\"x\"\n", "module m path=/x build=00ff\n", "module 4294967295\n",
    "site s path=\"a->b\" kind=alloc\n", "site 4294967295:4294967294\n", "symbol f function=main\n",
    "context c fn=malloc site=s frames=f,m+0x10\n", "lane 1 thread=7 size=4096 unsealed=1\n", "lane 4294967295\n",
    "@5 alloc 0x10 size=8\n", "@+1 free 0x10 fn=free\n", "@18446744073709551615 exec\n", "@0 exit status=0\n",
    "@1 thread 2 os=3 lane=2\n", "site t path=p field=\"struct s.f\" src=q src-slot=call offset=8 index=1\n",
    "@1 store 0x10 value=0x20 site=s\n", "@1 clear 0x10 size=8\n", "@1 bind 0x99 value=0\n", "@1 enter 0x99\n",
    "@2 leave 0x99 value=18446744073709551615 lane=1\n", "@1 count 0x10 value=1\n", "@1 mark \"m\"\n",
    "@1 name 0x10 n lane=1\n", "@1 scope-begin s\n", "@1 pool-alloc 0x10 size=8\n", " value=", " lane=1", " ctx=c", " fn=\"operator new\"", " flags=cut,0x80", " frames=", "\"", "\\",
    "=", ",", "0x", "#", "\n", " ", "18446744073709551616", NULL};

void fuzz_repair(unsigned char *data, size_t len, uint64_t choice) {
  (void)data, (void)len, (void)choice;
}

bool fuzz_one(const unsigned char *data, size_t len) {
  char *bytes = NULL;
  size_t size = 0;
  struct ms_error err = {0};
  FILE *in = len ? fmemopen((void *)(uintptr_t)data, len, "r") : fopen("/dev/null", "r");
  FILE *out = open_memstream(&bytes, &size);
  enum ms_status status = ms_trace_assemble(in, out, &err);
  fclose(in);
  fclose(out);
  if (status != MS_OK) {
    FUZZ_CHECK(status == MS_ERR_INPUT && strncmp(err.message, "line ", 5) == 0);
    free(bytes);
    return false;
  }
  struct ms_trace *trace;
  status = ms_trace_open(fuzz_file((unsigned char *)bytes, size), &trace, &err);
  free(bytes);
  if (status != MS_OK) /* text may ask for another version or features */
    return false;
  for (struct ms_event event; ms_trace_next(trace, &event);) {
  }
  const struct ms_trace_damage *damage = ms_trace_damage(trace);
  if (damage->bad_chunks || damage->torn_tail || damage->unknown_contexts)
    fprintf(stderr, "%s\n", damage->first);
  FUZZ_CHECK(!damage->bad_chunks && !damage->torn_tail && !damage->unknown_contexts);
  ms_trace_close(trace);
  return true;
}
