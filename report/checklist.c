/* checklist.c - see checklist.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "report/checklist.h"

#include <stdlib.h>

#include "report/report_json.h"
#include "support/grow.h"

void ms_checklist_add(struct ms_checklist *list, enum ms_check_state state, const char *what, const char *path,
                      const char *detail) {
  MS_GROW(list->items, list->count, list->capacity);
  list->items[list->count++] =
      (struct ms_check){state, ms_xstrdup(what), ms_xstrdup(path), ms_xstrdup(detail)};
}

void ms_checklist_fini(struct ms_checklist *list) {
  for (size_t i = 0; i < list->count; i++) {
    free(list->items[i].what);
    free(list->items[i].path);
    free(list->items[i].detail);
  }
  free(list->items);
}

const char *ms_check_state_name(enum ms_check_state state) {
  static const char *const names[] = {"ok", "note", "broken"};
  return names[state];
}

char *ms_checklist_json(const struct ms_checklist *list, bool healthy) {
  struct json_object *o = ms_json_document("doctor"), *checks = json_object_new_array();
  for (size_t i = 0; i < list->count; i++) {
    const struct ms_check *c = &list->items[i];
    struct json_object *check = json_object_new_object();
    json_object_object_add(check, "what", ms_json_string(c->what));
    json_object_object_add(check, "state", ms_json_string(ms_check_state_name(c->state)));
    json_object_object_add(check, "path", *c->path ? ms_json_string(c->path) : NULL);
    json_object_object_add(check, "detail", *c->detail ? ms_json_string(c->detail) : NULL);
    json_object_array_add(checks, check);
  }
  json_object_object_add(o, "healthy", json_object_new_boolean(healthy));
  json_object_object_add(o, "checks", checks);
  return ms_json_finish(o);
}
