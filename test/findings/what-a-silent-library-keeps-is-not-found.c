// Limitation find-foreign-unseen: that a library keeps a pointer to a freed block is not found if it never
// allocates, frees or appears in a stack, because its module is not in the trace then. It is found as soon as the
// library allocates anything.
// RUN: split-file %s %t.d && cd %t.d && rm -f *.mscope
// RUN: memscope-cc -g -O0 -c program.c
// RUN: %clang -O1 -shared -fPIC library.c -o libsilent.so
// RUN: memscope-cc program.o -L. -lsilent -Wl,-rpath,%t.d -o silent
// RUN: env MEMSCOPE_OPTIONS=track=all:out=silent.mscope ./silent
// RUN: memscope findings --all silent.mscope | FileCheck --check-prefix=SILENT %s
// RUN: %clang -O1 -shared -fPIC -DALLOCATES library.c -o libseen.so
// RUN: memscope-cc program.o -L. -lseen -Wl,-rpath,%t.d -o seen
// RUN: env MEMSCOPE_OPTIONS=track=all:out=seen.mscope ./seen
// RUN: memscope findings --all seen.mscope | FileCheck --check-prefix=SEEN %s
// SILENT-NOT: foreign.keeps
// SILENT: no errors, no warnings
// SEEN: libseen.so still points at listener, which free(listener) has freed [foreign.keeps]

//--- program.c
#include <stdlib.h>
void library_listen(void *listener);
static char *listener;
int main(void) {
  listener = calloc(1, 40);
  library_listen(listener);
  free(listener);
  listener = NULL;
  return 0;
}
//--- library.c
#include <stdlib.h>
static void *volatile kept, *volatile made;
void library_listen(void *listener) {
  kept = listener;
#ifdef ALLOCATES
  made = malloc(10);
#endif
}
