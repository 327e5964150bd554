// Limitation name-foreign-callback: a function that other code calls back puts the site of the outer call back
// when it returns, if its own file takes its address. If only another file does, what that code allocates
// next has a name from inside the call-back.
// RUN: split-file %s %t.d && cd %t.d
// RUN: %clang -O1 -shared -fPIC library.c -o liblibrary.so
// RUN: memscope-cc -g -O1 call_back.c main.c -L. -llibrary -Wl,-rpath,%t.d -o elsewhere
// RUN: memscope run -q -o elsewhere.mscope -- ./elsewhere
// RUN: memscope report --by site --width=200 elsewhere.mscope | FileCheck --check-prefix=ELSEWHERE %s
// RUN: memscope-cc -g -O1 -DTAKEN call_back.c main.c -L. -llibrary -Wl,-rpath,%t.d -o here
// RUN: memscope run -q -o here.mscope -- ./here
// RUN: memscope report --by site --width=200 here.mscope | FileCheck --check-prefix=HERE %s
// HERE-DAG: {{^}}  outer {{.*}} main {{.*}}1 {{ *}}770 B
// HERE-DAG: {{^}}  inner {{.*}} call_back {{.*}}1 {{ *}}5 B
// ELSEWHERE: {{^}}  inner {{.*}} call_back {{.*}}2 {{ *}}775 B

//--- library.c
#include <stdlib.h>
void *library_make(void (*call_back)(void)) {
  call_back();
  char *made = malloc(770);
  *made = 1;
  return made;
}
//--- call_back.c
#include <stdlib.h>
char *inner;
void call_back(void) { inner = malloc(5); }
#ifdef TAKEN
void (*taken)(void) = call_back;
#endif
//--- main.c
void *library_make(void (*call_back)(void));
void call_back(void);
void *outer;
int main(void) {
  outer = library_make(call_back);
  return 0;
}
