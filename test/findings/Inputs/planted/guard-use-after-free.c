// A freed block is read; the slot that leads there is a member of another one.
// OPTIONS: guard=1
// FIND: use-after-free name=job->title at=@born freed=@gone used=@bad words=a.read.at.byte.0.of.job->title.comes.after.free
// FIND: dangling.slot optional
#include "planted.h"
struct job {
  char *title;
  int prio;
};
static NOINLINE char first_letter(const struct job *job) {
  return job->title[0]; // @bad
}
int main(void) {
  struct job *job = malloc(sizeof *job);
  use(job);
  job->title = malloc(48); // @born
  strcpy(job->title, "compile");
  use(job->title);
  char c = 0;
#ifdef FIXED
  c = first_letter(job);
  use(&c);
#endif
  free(job->title); // @gone
#ifndef FIXED
  c = first_letter(job);
  use(&c);
#endif
  free(job);
  return 0;
}
