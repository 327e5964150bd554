// Forms of the command line that build systems use: standard input, several sources, a
// response file, precompiled headers, -x, linking only.
// REQUIRES: plugin
// RUN: mkdir -p %t.d && cd %t.d && cp %s main.c
// RUN: memscope-cc -g -x c - -o stdin < main.c && memscope dump --sites stdin | FileCheck %s
// RUN: echo "-g -DNAME=\"a b\" main.c -o response" > response.rsp
// RUN: memscope-cc @response.rsp && memscope dump --sites response | FileCheck %s
// RUN: echo "int other;" > other.c && memscope-cc -g -c main.c other.c && memscope-cc main.o other.o -o several
// RUN: memscope dump --sites several | FileCheck %s
// RUN: echo "#include <stdlib.h>" > all.h && memscope-cc -g -x c-header all.h -o all.pch
// RUN: memscope-cc -g -include-pch all.pch main.c -o pch && memscope dump --sites pch | FileCheck %s
// RUN: memscope-cc -g -E main.c -o main.i && memscope-cc -g main.i -o preprocessed && memscope dump --sites preprocessed | FileCheck %s
// RUN: memscope-cc -g -S main.c -o main.s && memscope-cc main.s -o assembled && memscope dump --sites assembled | FileCheck %s
// RUN: memscope-cc -g -c main.c -o part.o && memscope-cc -r part.o other.o -o whole.o && memscope-cc whole.o -o relocated
// RUN: memscope dump --sites relocated | FileCheck %s
// RUN: memscope-cc -g -Werror -Wall -MD -c main.c -o main.o
// RUN: not memscope-cc -g -c no-such-file.c 2>&1 | FileCheck --check-prefix=MISSING %s
// MISSING: no-such-file.c
#include <stdlib.h>

char *held;

// CHECK: held
int main(void) {
  held = malloc(1);
  return 0;
}
