#include <stdlib.h>
#include <string.h>

struct item {
	char *name;
	struct item *next;
};
struct list { struct item *first, *last; };

void list_push(struct list *list, const char *name) {
	struct item *it = malloc(sizeof *it);
	it->name = strdup(name);
	it->next = list->first;
	list->last = it;
	list->first = it;
}

void list_drop(struct list *list) {
	struct item *it = list->first;
	if (!it)
		return;
	list->first = it->next;
	it->name = NULL; /* a comment that is long enough to go beyond the eightieth column of a terminal */
	free(it);
}

void list_pop(struct list *l) { free(l->first); }
