// Members of a union lie at one place. A store is named after the one that points at what the stored
// value is declared to point at: a variable, a parameter, a result, an address. Where none does
// (void *) it is the first pointer.
// RUN: memscope-cc -g -O0 -fmemscope=refs -c %s -o %t.o && memscope dump --sites %t.o | FileCheck %s
// RUN: memscope-cc -g -O2 -fmemscope=refs -c %s -o %t.2.o && memscope dump --sites %t.2.o | FileCheck %s
struct set;
struct state {
  int kind;
  union {
    char *text;
    struct set *set;
    struct state *inner;
    int jump;
  } u;
};
struct set *the_set;
__attribute__((noinline)) struct set *get_set(void) { return the_set; }
struct state *global;
static struct state other;

void fill(struct state *s, struct set *set, void *any) {
  s[0].u.set = set;
  s[1].u.inner = global;
  s[3].u.set = get_set();
  s[4].u.inner = &other;
  s[5].u.text = any;
}
// CHECK-DAG: kind=store {{.*}}path="s->u.set" type="struct set" {{.*}}field="struct state.u.set" {{.*}}src="set"
// CHECK-DAG: kind=store {{.*}}path="s[1].u.inner" type="struct state" {{.*}}src="global"
// CHECK-DAG: kind=store {{.*}}path="s[3].u.set" {{.*}}src="get_set"
// CHECK-DAG: kind=store {{.*}}path="s[4].u.inner" {{.*}}src="&other"
// CHECK-DAG: kind=store {{.*}}path="s[5].u.text" {{.*}}src="any"
