// A context is cleared with memset while it owns a buffer.
// FIND: leak.lost name=ctx->buf at=@born lost=@gone slot=ctx->buf words=cleared|overwritten
#include "planted.h"
struct context { char *buf; size_t used; };
static NOINLINE void reset(struct context *ctx) {
#ifdef FIXED
  free(ctx->buf);
#endif
  memset(ctx, 0, sizeof *ctx); // @gone
  use(ctx);
}
int main(void) {
  struct context *ctx = malloc(sizeof *ctx);
  ctx->buf = malloc(50); // @born
  ctx->used = 1;
  use(ctx->buf);
  reset(ctx);
  free(ctx);
  return 0;
}
