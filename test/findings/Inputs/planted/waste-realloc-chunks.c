// Buffers grow by 64 bytes a time; each comes to 16 KiB.
// FIND: waste.realloc-chain name=b->data words=factor advice=factor
#include "planted.h"
struct buffer { char *data; size_t used, size; };
static NOINLINE void append(struct buffer *b, const char *text, size_t n) {
  if (b->used + n > b->size) {
#ifdef FIXED
    b->size = (b->used + n) * 2;
#else
    b->size = b->used + n + 64;
#endif
    b->data = realloc(b->data, b->size);
  }
  memcpy(b->data + b->used, text, n);
  b->used += n;
  use(b);
}
int main(void) {
  for (int k = 0; k < 4; k++) {
    struct buffer b = {0};
    for (int i = 0; i < 1024; i++)
      append(&b, "sixteen bytes...", 16);
    free(b.data);
    use(&b);
  }
  return 0;
}
