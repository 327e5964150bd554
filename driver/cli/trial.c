/* trial.c - see trial.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "driver/cli/trial.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/summary/summarize.h"
#include "support/xalloc.h"

extern char **environ;

static const char source[] = "#include <stdlib.h>\n"
                             "struct greeting { char *text; };\n"
                             "int main(void) {\n"
                             "  struct greeting *g = malloc(sizeof *g);\n"
                             "  if (!g) return 1;\n"
                             "  g->text = malloc(42);\n"
                             "  return g->text == NULL;\n"
                             "}\n";

/* Reads the first line of FD; the rest is read, too, so that the writer does not block. */
static void first_line(int fd, char *line, unsigned long size) {
  char buffer[4096];
  size_t used = 0;
  bool done = false;
  for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;)
    for (ssize_t i = 0; i < n && !done; i++) {
      done = buffer[i] == '\n' && used > 0;
      if (!done && buffer[i] != '\n' && used + 1 < size)
        line[used++] = buffer[i];
    }
  line[used] = '\0';
}

int ms_trial_output(const char *const *argv, char *line, unsigned long size) {
  int ends[2];
  line[0] = '\0';
  if (pipe2(ends, O_CLOEXEC) != 0)
    return -1;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  pid_t pid;
  int error = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error) {
    close(ends[0]);
    snprintf(line, size, "%s", strerror(error));
    return -1;
  }
  first_line(ends[0], line, size);
  close(ends[0]);
  int status = 0;
  if (waitpid(pid, &status, 0) < 0)
    return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool write_source(const char *path) {
  FILE *file = fopen(path, "we");
  if (!file)
    return false;
  bool ok = fwrite(source, 1, sizeof source - 1, file) == sizeof source - 1;
  return fclose(file) == 0 && ok;
}

/* Whether the report of the trace at PATH has the allocation under its name. */
static bool is_named(const char *path, char detail[512]) {
  struct ms_run *run = NULL;
  struct ms_error err;
  if (ms_run_open(path, &run, &err) != MS_OK) {
    snprintf(detail, 512, "the trace cannot be read: %.450s", err.message);
    return false;
  }
  struct ms_report *report = ms_summarize(run, 0);
  bool found = false;
  const struct ms_report_table *sites = &report->tables[MS_BY_SITE];
  for (size_t i = 0; i < sites->count; i++)
    found |= strcmp(sites->rows[i].name, "g->text") == 0 && sites->rows[i].use.bytes == 42;
  if (!found)
    snprintf(detail, 512, "%s", report->run.events ? "the recorded block has no name: the plug-in did not run"
                                                   : "the trace is empty");
  ms_report_free(report);
  ms_run_close(run);
  return found;
}

static bool attempt(const char *compiler, const char *clang, const char *dir, char detail[512]) {
  char *c_file = ms_xasprintf("%s/trial.c", dir), *program = ms_xasprintf("%s/trial", dir);
  char *trace = ms_xasprintf("%s/trial.mscope", dir), *use = ms_xasprintf("--memscope-clang=%s", clang);
  char *options = ms_xasprintf("out=%s", trace);
  char line[400];
  bool ok = false;
  if (!write_source(c_file)) {
    snprintf(detail, 512, "cannot write %s", c_file);
    goto out;
  }
  /* -O0: malloc must not be optimised away, and this is about the chain, not the optimiser. */
  int status = ms_trial_output((const char *const[]){compiler, use, "-g", "-O0", c_file, "-o", program, NULL}, line, sizeof line);
  if (status != 0) {
    snprintf(detail, 512, "compiling failed (status %d): %s", status, line);
    goto out;
  }
  setenv("MEMSCOPE_OPTIONS", options, 1);
  status = ms_trial_output((const char *const[]){program, NULL}, line, sizeof line);
  unsetenv("MEMSCOPE_OPTIONS");
  if (status != 0)
    snprintf(detail, 512, "the compiled program failed (status %d): %s", status, line);
  else if (access(trace, F_OK) != 0)
    snprintf(detail, 512, "the program ran and recorded nothing: %s", line);
  else
    ok = is_named(trace, detail);
out:
  unlink(c_file), unlink(program), unlink(trace);
  free(c_file), free(program), free(trace), free(use), free(options);
  return ok;
}

bool ms_trial(const char *compiler, const char *clang, char detail[512]) {
  const char *tmp = getenv("TMPDIR");
  char *dir = ms_xasprintf("%s/memscope-doctor-XXXXXX", tmp && *tmp ? tmp : "/tmp");
  detail[0] = '\0';
  bool ok = false;
  if (!mkdtemp(dir)) {
    snprintf(detail, 512, "cannot create a directory in %s", tmp && *tmp ? tmp : "/tmp");
  } else {
    ok = attempt(compiler, clang, dir, detail);
    rmdir(dir);
  }
  free(dir);
  return ok;
}
