/* cjson_drive.c - call everything that cJSON and cJSON_Utils can do, and free all of it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The driver of the mutation corpus: deterministic, and without a leak or an error as long as
 * the library has none.
 */
#include <cJSON.h>
#include <cJSON_Utils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char document[] =
    "{\"name\": \"lamp\", \"tags\": [\"a\", \"b\", {\"deep\": [1, 2, [3, 4]]}], \"on\": true, \"off\": false,"
    " \"none\": null, \"size\": {\"w\": 1.5, \"h\": 22e3}, \"text\": \"tab\\tnew\\u00e9\\ud83d\\ude00\"}";

static const char *const broken[] = {
    "{\"a\": [1, 2", "[1, 2,,]", "{\"a\" 1}", "[\"\\u12\"]", "{\"a\": \"b", "[\"x\", \"\\q\"]", "{\"k\": {\"l\": [true, fals]}}",
    "",
};

static unsigned long sum;

static void add(const char *text) {
  for (; text && *text; text++)
    sum = sum * 31 + (unsigned char)*text;
}

static void print_and_free(char *text) {
  add(text);
  free(text);
}

static void parse_and_print(void) {
  cJSON *doc = cJSON_Parse(document);
  print_and_free(cJSON_Print(doc));
  print_and_free(cJSON_PrintUnformatted(doc));
  print_and_free(cJSON_PrintBuffered(doc, 8, 1));
  char place[512];
  if (cJSON_PrintPreallocated(doc, place, sizeof place, 0))
    add(place);
  cJSON_PrintPreallocated(doc, place, 4, 0);
  cJSON_Delete(doc);
  for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
    cJSON_Delete(cJSON_Parse(broken[i]));
  char spaced[] = "{ \"a\" : [ 1 , 2 ] /* c */ }";
  cJSON_Minify(spaced);
  add(spaced);
}

static void build(void) {
  static const char *const words[] = {"one", "two", "three"};
  static const int numbers[] = {1, 2, 3};
  static const float floats[] = {1.5f, 2.5f};
  static const double doubles[] = {0.1, 0.2, 1e300};
  cJSON *root = cJSON_CreateObject();
  cJSON_AddItemToObject(root, "words", cJSON_CreateStringArray(words, 3));
  cJSON_AddItemToObject(root, "numbers", cJSON_CreateIntArray(numbers, 3));
  cJSON_AddItemToObject(root, "floats", cJSON_CreateFloatArray(floats, 2));
  cJSON_AddItemToObjectCS(root, "doubles", cJSON_CreateDoubleArray(doubles, 3));
  cJSON_AddNullToObject(root, "null");
  cJSON_AddTrueToObject(root, "true");
  cJSON_AddFalseToObject(root, "false");
  cJSON_AddBoolToObject(root, "bool", 1);
  cJSON_AddNumberToObject(root, "number", 12.25);
  cJSON_AddRawToObject(root, "raw", "[1,2]");
  cJSON *text = cJSON_AddStringToObject(root, "text", "short");
  cJSON_SetValuestring(text, "tiny");
  cJSON_SetValuestring(text, "much longer than it was before");
  cJSON_AddStringToObject(cJSON_AddObjectToObject(root, "object"), "inner", "value");
  cJSON *array = cJSON_AddArrayToObject(root, "array");
  for (int i = 0; i < 6; i++)
    cJSON_AddItemToArray(array, cJSON_CreateNumber(i));
  cJSON_InsertItemInArray(array, 0, cJSON_CreateString("first"));
  cJSON_InsertItemInArray(array, 99, cJSON_CreateString("last"));
  cJSON_ReplaceItemInArray(array, 0, cJSON_CreateString("new first"));
  cJSON_ReplaceItemInArray(array, 2, cJSON_CreateRaw("{}"));
  cJSON_DeleteItemFromArray(array, 1);
  cJSON_DeleteItemFromArray(array, cJSON_GetArraySize(array) - 1);
  cJSON_Delete(cJSON_DetachItemFromArray(array, 0));
  cJSON_ReplaceItemInObject(root, "NULL", cJSON_CreateString("not null"));
  cJSON_ReplaceItemInObjectCaseSensitive(root, "true", cJSON_CreateFalse());
  cJSON_DeleteItemFromObject(root, "FALSE");
  cJSON_DeleteItemFromObjectCaseSensitive(root, "bool");
  cJSON_Delete(cJSON_DetachItemFromObject(root, "words"));
  cJSON_AddItemReferenceToArray(array, text);
  cJSON_AddItemReferenceToObject(root, "reference", array);
  cJSON *moved = cJSON_CreateString("moved");
  cJSON_AddItemToObject(root, "before", moved);
  cJSON_DetachItemViaPointer(root, moved);
  cJSON_AddItemToObject(root, "after", moved);
  cJSON *copy = cJSON_Duplicate(root, 1);
  sum += (unsigned long)cJSON_Compare(root, copy, 1);
  print_and_free(cJSON_Print(copy));
  cJSON_Delete(copy);
  cJSON_Delete(root);
  cJSON *reference = cJSON_CreateStringReference("static text");
  cJSON *inner = cJSON_CreateString("inside");
  cJSON *objects = cJSON_CreateObjectReference(inner);
  cJSON *arrays = cJSON_CreateArrayReference(inner);
  print_and_free(cJSON_PrintUnformatted(arrays));
  cJSON_Delete(reference);
  cJSON_Delete(objects);
  cJSON_Delete(arrays);
  cJSON_Delete(inner);
}

/* What fails, and has to clean up. */
static void refuse(void) {
  cJSON *number = cJSON_CreateNumber(1);
  cJSON_AddItemToObject(number, NULL, number);
  sum += cJSON_AddNullToObject(NULL, "n") != NULL;
  sum += cJSON_AddTrueToObject(NULL, "n") != NULL;
  sum += cJSON_AddFalseToObject(NULL, "n") != NULL;
  sum += cJSON_AddBoolToObject(NULL, "n", 1) != NULL;
  sum += cJSON_AddNumberToObject(NULL, "n", 1) != NULL;
  sum += cJSON_AddStringToObject(NULL, "n", "s") != NULL;
  sum += cJSON_AddRawToObject(NULL, "n", "r") != NULL;
  sum += cJSON_AddObjectToObject(NULL, "n") != NULL;
  sum += cJSON_AddArrayToObject(NULL, "n") != NULL;
  cJSON_Delete(number);
}

static void patch_with(const char *from, const char *patch) {
  cJSON *doc = cJSON_Parse(from), *patches = cJSON_Parse(patch);
  sum = sum * 31 + (unsigned long)cJSONUtils_ApplyPatchesCaseSensitive(doc, patches);
  print_and_free(cJSON_PrintUnformatted(doc));
  cJSON_Delete(doc);
  cJSON_Delete(patches);
}

static void merge(const char *from, const char *patch) {
  cJSON *changes = cJSON_Parse(patch);
  cJSON *doc = cJSONUtils_MergePatchCaseSensitive(cJSON_Parse(from), changes);
  print_and_free(cJSON_PrintUnformatted(doc));
  cJSON_Delete(doc);
  cJSON_Delete(changes);
}

static void utilities(void) {
  cJSON *from = cJSON_Parse(document);
  cJSON *to = cJSON_Parse("{\"name\": \"desk\", \"tags\": [\"a\", \"c\", {\"deep\": [1, [3]]}], \"on\": false,"
                          " \"size\": {\"w\": 1.5, \"d\": [1]}, \"zeta\": {\"x\": []}}");
  print_and_free(cJSONUtils_FindPointerFromObjectTo(
      from, cJSON_GetArrayItem(cJSON_GetObjectItem(cJSON_GetArrayItem(cJSON_GetObjectItem(from, "tags"), 2), "deep"), 1)));
  cJSONUtils_SortObject(to);
  cJSON *patches = cJSONUtils_GeneratePatches(from, to);
  print_and_free(cJSON_PrintUnformatted(patches));
  cJSON *again = cJSON_Parse(document); /* those that were compared are sorted, and then lose what is added */
  sum = sum * 31 + (unsigned long)cJSONUtils_ApplyPatches(again, patches);
  cJSON_Delete(patches);
  cJSON *merging = cJSONUtils_GenerateMergePatch(from, to);
  print_and_free(cJSON_PrintUnformatted(merging));
  again = cJSONUtils_MergePatch(again, merging);
  cJSON_Delete(merging);
  cJSON *list = cJSON_CreateArray();
  cJSON *value = cJSON_CreateString("v");
  cJSONUtils_AddPatchToArray(list, "add", "/p", value);
  cJSON_Delete(value);
  cJSON_Delete(list);
  cJSON_Delete(again);
  cJSON_Delete(from);
  cJSON_Delete(to);
  patch_with("{\"a\": [1, 2, 3], \"b\": \"x\"}",
             "[{\"op\":\"add\",\"path\":\"/a/1\",\"value\":9},{\"op\":\"add\",\"path\":\"/a/-\",\"value\":[7]},"
             "{\"op\":\"replace\",\"path\":\"/b\",\"value\":{\"c\":1}},{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/d\"},"
             "{\"op\":\"move\",\"from\":\"/d\",\"path\":\"/e\"},{\"op\":\"remove\",\"path\":\"/a/0\"},"
             "{\"op\":\"test\",\"path\":\"/b\",\"value\":{\"c\":1}}]");
  patch_with("{\"a\": 1}", "[{\"op\":\"replace\",\"path\":\"\",\"value\":{\"n\":[1]}}]");
  patch_with("{\"a\": 1}", "[{\"op\":\"remove\",\"path\":\"\"}]");
  patch_with("{\"a\": [1]}", "[{\"op\":\"add\",\"path\":\"/a/7\",\"value\":\"far\"}]");
  patch_with("{\"a\": 1}", "[{\"op\":\"add\",\"path\":\"/x/y\",\"value\":{\"z\":\"lost\"}}]");
  patch_with("{\"a\": 1}", "[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/q/r\"}]");
  patch_with("{\"o\": {\"k\": \"old\"}}", "[{\"op\":\"add\",\"path\":\"/o/k\",\"value\":\"new\"}]");
  merge("{\"a\": {\"b\": \"c\", \"d\": [1]}, \"e\": \"f\"}", "{\"a\": {\"b\": null, \"n\": {\"m\": 1}}, \"e\": [2]}");
  merge("{\"a\": 1}", "[\"c\"]");
  merge("[\"a\"]", "{\"b\": \"c\"}");
  merge("{\"a\": [1]}", "{\"a\": {\"b\": 1}}");
}

int main(void) {
  parse_and_print();
  build();
  refuse();
  utilities();
  printf("%lx\n", sum);
  return 0;
}
