// A value that owns text is handed on by value; the callee drops it. No variable is named in registers.
// FIND: leak.lost blocks=3 words=text.went.out.of.scope words.O2.refs=lost:.the.address.was.never.stored
#include "planted.h"
struct value {
  unsigned kind, size;
  char *text;
};
static NOINLINE struct value value_of(const char *text) {
  struct value v = {1, (unsigned)strlen(text), NULL};
  v.text = malloc(v.size + 1);
  strcpy(v.text, text);
  return v;
}
static NOINLINE unsigned kind_of(struct value v) {
  unsigned kind = v.kind;
  use(v.text);
#ifdef FIXED
  free(v.text);
#endif
  return kind;
}
int main(void) {
  unsigned sum = 0;
  for (int i = 0; i < 3; i++)
    sum += kind_of(value_of("abc"));
  struct value v = value_of("the last one");
  sum += v.kind;
  free(v.text);
  return sum == 4 ? 0 : 1;
}
