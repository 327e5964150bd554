/* list.c - a list of names: the example of README.md. SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct item { char *name; struct item *next; };
struct list { struct item *head; size_t count; };

/* Puts NAME, which is copied, in front of LIST. */
static void list_push(struct list *list, const char *name) {
  struct item *it = malloc(sizeof *it);
  it->name = strdup(name);
  it->next = list->head;
  list->head = it;
  list->count++;
}

/* Prints and frees the first item, and forgets to free its name. */
static void list_drop(struct list *list) {
  struct item *it = list->head;
  printf("%s\n", it->name);
  list->head = it->next;
  list->count--;
  free(it);
}

int main(int argc, char **argv) {
  struct list list = {NULL, 0};
  list_push(&list, argc > 1 ? argv[1] : "a");
  list_push(&list, argc > 2 ? argv[2] : "b");
  while (list.count)
    list_drop(&list);
  return 0;
}
