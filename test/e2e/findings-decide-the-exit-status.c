// `memscope run` ends as the program does, unless --fail-on or --error-exitcode ask for more; the
// summary counts what was found; the report has a line for it; a baseline survives that lines move.
// RUN: split-file %s %t.d && cd %t.d && memscope-cc -g -O0 -fmemscope=refs drop.c -o drop
// RUN: memscope run -o a.mscope -O track=all -- ./drop 2>&1 | FileCheck --check-prefix=SUM %s
// RUN: not memscope run -o a.mscope -O track=all --fail-on=leak.lost -- ./drop
// RUN: memscope run -q -o a.mscope -O track=all --fail-on=free --sarif=a.sarif --junit=a.xml -- ./drop
// RUN: %python %utils/check_sarif.py a.sarif | FileCheck --check-prefix=SARIF %s
// RUN: grep -c "<failure" a.xml | FileCheck --check-prefix=ONE %s
// RUN: %python %S/../cli/Inputs/status.py 9 memscope run -q -o a.mscope -O track=all --error-exitcode=9 -- ./drop 3
// RUN: %python %S/../cli/Inputs/status.py 3 memscope run -q -o a.mscope -O track=all --fail-on=overflow -- ./drop 3
// RUN: echo 'leak:^lose$' > suppressions
// RUN: env MEMSCOPE_SUPPRESSIONS=suppressions memscope run -q -o a.mscope -O track=all --fail-on=leak.lost -- ./drop
// RUN: memscope findings a.mscope | FileCheck %s
// RUN: memscope report a.mscope | FileCheck --check-prefix=REPORT %s
// RUN: memscope findings --json a.mscope > old.json
// RUN: sed 's/^static void lose/\n\n\n&/' drop.c > moved.c && cp moved.c drop.c
// RUN: memscope-cc -g -O0 -fmemscope=refs drop.c -o drop
// RUN: memscope run -q -o b.mscope -O track=all --baseline=old.json --error-exitcode=9 -- ./drop
// RUN: memscope findings --baseline=old.json b.mscope | FileCheck --check-prefix=KNOWN %s

// SUM: found: 1 leak
// SUM: next: memscope findings a.mscope
// SARIF: 1 results
// ONE: 1
// CHECK: drop.c:{{.*}}: error: 40 bytes are lost: box->data was overwritten [leak.lost]
// CHECK: lost drop.c:8:{{[0-9]+}} box->data was overwritten lose <-
// CHECK: 1 error: 1 leak
// REPORT: Findings: 1 leak
// REPORT-NEXT: error drop.c
// KNOWN: no errors, no warnings
// KNOWN: in the baseline: 1

//--- drop.c
#include <stdlib.h>

struct box {
  char *data;
};

static void lose(struct box *box) {
  box->data = NULL;
}

int main(int argc, char **argv) {
  struct box *box = malloc(sizeof *box);
  box->data = malloc(40);
  lose(box);
  free(box);
  return argc > 1 ? atoi(argv[1]) : 0;
}
