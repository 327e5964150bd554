/* cjson_loop.c - parse, change, print and delete a JSON document again and again.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *   cjson_loop FILE ROUNDS THREADS
 *
 * Every thread does ROUNDS rounds on its own tree of cJSON; blocks are allocated and freed
 * by the same thread except for the printed text, which main frees. The output is the
 * same for any number of threads.
 */
#include <cJSON.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct job {
  const char *text;
  int rounds;
  unsigned long sum;
  char *printed;
};

static char *read_file(const char *path) {
  FILE *in = fopen(path, "rb");
  if (!in)
    return NULL;
  fseek(in, 0, SEEK_END);
  size_t size = (size_t)ftell(in);
  rewind(in);
  char *text = malloc(size + 1);
  if (text)
    text[fread(text, 1, size, in)] = '\0';
  fclose(in);
  return text;
}

static void *work(void *argument) {
  struct job *job = argument;
  for (int i = 0; i < job->rounds; i++) {
    cJSON *doc = cJSON_Parse(job->text);
    if (!doc)
      return NULL;
    cJSON *copy = cJSON_Duplicate(doc, 1);
    cJSON_AddItemToArray(doc, copy);
    free(job->printed);
    job->printed = cJSON_PrintUnformatted(doc);
    for (const char *p = job->printed; *p; p++)
      job->sum = job->sum * 31 + (unsigned char)*p;
    cJSON_Delete(doc);
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: cjson_loop FILE ROUNDS THREADS\n");
    return 2;
  }
  int threads = atoi(argv[3]);
  char *text = read_file(argv[1]);
  pthread_t *ids = calloc((size_t)threads, sizeof *ids);
  struct job *jobs = calloc((size_t)threads, sizeof *jobs);
  if (!text || !ids || !jobs)
    return 1;
  for (int i = 0; i < threads; i++) {
    jobs[i].text = text;
    jobs[i].rounds = atoi(argv[2]);
    pthread_create(&ids[i], NULL, work, &jobs[i]);
  }
  int differ = 0;
  for (int i = 0; i < threads; i++) {
    pthread_join(ids[i], NULL);
    differ |= jobs[i].sum != jobs[0].sum;
  }
  printf("rounds %s sum %lx%s\n", argv[2], jobs[0].sum, differ ? " THREADS DIFFER" : "");
  for (int i = 0; i < threads; i++)
    free(jobs[i].printed);
  free(jobs);
  free(ids);
  free(text);
  return differ;
}
