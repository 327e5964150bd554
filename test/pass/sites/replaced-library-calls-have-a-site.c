// printf("%s\n", s) becomes puts(s) after the sites were found. stdio's buffer, which puts may
// allocate, must not get the name of the call before it.
// RUN: %clang -g -O2 -S -emit-llvm -fpass-plugin=%memscope_pass %s -o - | FileCheck %s
// CHECK-DAG: c"printf\00"
// CHECK: call {{.*}}@strdup
// CHECK: store volatile ptr getelementptr {{.*}}@memscope.sites, {{.*}}64)
// CHECK: call {{.*}}@puts
#include <stdio.h>
#include <string.h>

char *keep;
int main(int argc, char **argv) {
  keep = strdup(argv[0]);
  printf("%s\n", keep);
  return argc == 0;
}
