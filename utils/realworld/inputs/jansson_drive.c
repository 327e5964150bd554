/* jansson_drive.c - call most of what jansson can do, and free all of it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The driver of the mutation corpus: deterministic, and without a leak or an error as long as
 * the library has none.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char document[] =
    "{\"name\": \"lamp\", \"tags\": [\"a\", \"b\", {\"deep\": [1, 2, [3, 4]]}], \"on\": true, \"off\": false,"
    " \"none\": null, \"size\": {\"w\": 1.5, \"h\": 22e3}, \"text\": \"tab\\tnew\\u00e9\\ud83d\\ude00\"}";

static const char *const broken[] = {
    "{\"a\": [1, 2", "[1, 2,,]", "{\"a\" 1}", "[\"\\u12\"]", "{\"a\": \"b", "[\"x\", \"\\q\"]", "{\"k\": {\"l\": [true, fals]}}",
    "", "[1] x", "{\"a\": 1, \"a\": 2}", "[\"a\\u0000b\"]", "{\"a\\u0000\": 1}", "[123456789012345678901234567890]", "{\"a\": }",
    "[1e99999]", "{1: 2}",
};

static unsigned long sum;

static void add(const char *text) {
  for (; text && *text; text++)
    sum = sum * 31 + (unsigned char)*text;
}

static void print(const json_t *value, size_t flags) {
  char *text = json_dumps(value, flags);
  add(text);
  free(text);
}

static void load(void) {
  json_error_t error;
  json_t *doc = json_loads(document, 0, &error);
  print(doc, JSON_INDENT(2) | JSON_SORT_KEYS);
  print(doc, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_SORT_KEYS);
  json_decref(doc);
  for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
    json_t *got = json_loads(broken[i], JSON_REJECT_DUPLICATES, &error);
    add(error.text);
    json_decref(got);
  }
  json_decref(json_loads("{\"a\": [1], \"a\": {\"b\": 2}}", 0, &error));
  json_decref(json_loads("\"alone\" ", JSON_DECODE_ANY, &error));
  json_decref(json_loads("[\"a\\u0000b\"]", JSON_ALLOW_NUL, &error));
  json_decref(json_loadb(document, sizeof document - 1, 0, &error));
}

static void arrays(void) {
  json_t *array = json_array(), *other = json_array();
  for (int i = 0; i < 20; i++)
    json_array_append_new(array, json_integer(i));
  json_array_append_new(other, json_string("x"));
  json_array_append_new(other, json_real(2.5));
  json_array_extend(array, other);
  json_array_insert_new(array, 3, json_string("third"));
  json_array_set_new(array, 4, json_pack("{s:i}", "four", 4));
  json_array_set_new(array, 99, json_string("too far"));
  json_array_insert_new(array, 99, json_string("too far"));
  json_array_append_new(NULL, json_string("nowhere"));
  json_array_append_new(json_null(), json_string("no array"));
  json_array_remove(array, 0);
  print(array, 0);
  json_t *copy = json_deep_copy(array), *flat = json_copy(array);
  sum += (unsigned long)json_equal(copy, array);
  json_array_clear(copy);
  json_decref(copy);
  json_decref(flat);
  json_decref(array);
  json_decref(other);
}

static void objects(void) {
  char key[16];
  json_t *object = json_object();
  for (int i = 0; i < 30; i++) {
    snprintf(key, sizeof key, "key%d", i);
    json_object_set_new(object, key, json_string(key));
  }
  json_object_set_new(object, "key3", json_integer(3));
  json_object_set_new(object, "bad\xff", json_string("no UTF-8"));
  json_object_set_new(NULL, "k", json_string("nowhere"));
  json_object_set_new(object, NULL, json_string("no key"));
  json_object_set_new_nocheck(object, NULL, json_string("no key"));
  json_object_del(object, "key4");
  json_object_iter_set_new(object, json_object_iter(object), json_string("first"));
  json_object_iter_set_new(object, NULL, json_string("nowhere"));
  json_t *update = json_pack("{s:s, s:{s:i, s:[i,i]}}", "key5", "five", "nested", "n", 1, "l", 1, 2);
  json_object_update(object, update);
  json_object_update_existing(object, update);
  json_object_update_missing(object, update);
  json_object_update_recursive(object, update);
  json_t *copy = json_deep_copy(object), *flat = json_copy(object);
  sum += (unsigned long)json_equal(copy, object);
  print(copy, JSON_SORT_KEYS);
  json_object_clear(copy);
  json_decref(copy);
  json_decref(flat);
  json_decref(update);
  json_decref(object);
}

static void scalars(void) {
  json_t *text = json_string("before"), *number = json_integer(1), *real = json_real(1);
  json_string_set(text, "after, and longer");
  json_string_setn(text, "n", 1);
  json_string_set(text, "\xff");
  json_integer_set(number, 2);
  json_real_set(real, 3);
  json_decref(json_copy(text));
  json_decref(json_string_nocheck("unchecked"));
  json_decref(json_sprintf("%s and %d", "formatted", 7));
  json_decref(json_sprintf("%s", "\xff"));
  json_decref(json_sprintf("%s", ""));
  json_decref(text);
  json_decref(number);
  json_decref(real);
}

static void pack(void) {
  json_error_t error;
  json_t *inner = json_string("inner");
  json_decref(json_pack("{s:[s,i,f,b,n], s:o, s:s#, s:s++}", "l", "t", 1, 1.5, 1, "o", json_string("taken"), "c", "cut", 2,
                        "plus", "a", "b", "c"));
  json_decref(json_pack_ex(&error, 0, "{s+:O, s:s?}", "two", " parts", inner, "maybe", (char *)NULL));
  json_decref(json_pack_ex(&error, 0, "{s:o, s:[i, z]}", "kept", json_string("freed on error"), "list", 1));
  json_decref(json_pack_ex(&error, 0, "[o, s, {s:}]", json_string("freed"), "x", "y"));
  json_decref(json_pack_ex(&error, 0, "[s+, ]", "a", "\xff"));
  json_decref(json_pack_ex(&error, 0, "{s:s}", "bad", "\xff"));
  json_decref(json_pack_ex(&error, 0, "{s+:i}", "k", "\xff", 1));
  json_decref(json_pack_ex(&error, 0, "{s:i} garbage", "k", 1));
  json_decref(json_pack_ex(&error, 0, "[s*, o*]", (char *)NULL, (json_t *)NULL));
  json_t *doc = json_pack("{s:s, s:[i,i], s:i}", "name", "n", "pair", 1, 2, "extra", 3);
  const char *name = NULL;
  int a = 0, b = 0;
  sum += (unsigned long)json_unpack_ex(doc, &error, 0, "{s:s, s:[i,i]}", "name", &name, "pair", &a, &b);
  sum += (unsigned long)json_unpack_ex(doc, &error, JSON_STRICT, "{s:s, s:[i,i]}", "name", &name, "pair", &a, &b);
  add(error.text);
  json_t *held = NULL;
  sum += (unsigned long)json_unpack(doc, "{s:O}", "pair", &held);
  json_decref(held);
  json_decref(doc);
  json_decref(inner);
}

int main(void) {
  json_object_seed(1);
  load();
  arrays();
  objects();
  scalars();
  pack();
  printf("%lx\n", sum);
  return 0;
}
