/* junit.c - findings as JUnit's XML and as annotations of GitHub Actions.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * XML 1.0 has no way to write most control characters, so text goes through ms_text_escape
 * before its five special characters become entities.
 */
#include <stdlib.h>
#include <string.h>

#include "render/excerpt.h"
#include "render/findings_files.h"
#include "support/text.h"
#include "support/xalloc.h"

static void xml(FILE *out, const char *text) {
  char *safe = ms_text_escape(text);
  for (const char *at = safe; *at; at++)
    switch (*at) {
    case '&': fputs("&amp;", out); break;
    case '<': fputs("&lt;", out); break;
    case '>': fputs("&gt;", out); break;
    case '"': fputs("&quot;", out); break;
    case '\'': fputs("&apos;", out); break;
    default: putc(*at, out);
    }
  free(safe);
}

static char *place_of(const struct ms_report_place *p, const char *cwd) {
  if (!*p->file)
    return ms_xstrdup(p->function);
  char *path = ms_place_path(p, cwd);
  char *text = p->line ? ms_xasprintf("%s:%u", path, p->line) : ms_xstrdup(path);
  free(path);
  return text;
}

static void put_attribute(FILE *out, const char *name, const char *value) {
  fprintf(out, " %s=\"", name);
  xml(out, value);
  fputs("\"", out);
}

static void put_case(FILE *out, const struct ms_report_finding *f, const char *cwd) {
  char *place = place_of(&f->place, cwd), *name = ms_xasprintf("%s: %s", place, f->title);
  fputs("    <testcase", out);
  put_attribute(out, "classname", f->kind);
  put_attribute(out, "name", name);
  fputs(">\n", out);
  if (*f->suppressed) {
    fputs("      <skipped", out);
    put_attribute(out, "message", f->suppressed);
    fputs("/>\n", out);
  } else if (f->severity != MS_REPORT_NOTE) {
    fputs("      <failure", out);
    put_attribute(out, "type", ms_severity_name(f->severity));
    put_attribute(out, "message", f->title);
    fputs(">\n", out);
    for (size_t i = 0; i < f->step_count; i++) {
      const struct ms_report_step *s = &f->steps[i];
      char *where = place_of(&s->place, cwd);
      char *line = ms_xasprintf("%-9s %s %s %s", s->role, where, s->slot, s->text);
      xml(out, line);
      putc('\n', out);
      free(line);
      free(where);
    }
    xml(out, f->advice);
    fputs("\n      </failure>\n", out);
  }
  fputs("    </testcase>\n", out);
  free(name);
  free(place);
}

static size_t count_of(const struct ms_report *report, const char *kind) {
  size_t n = 0;
  for (size_t i = 0; i < report->finding_count; i++)
    n += strcmp(report->findings[i].kind, kind) == 0;
  return n;
}

static void put_suite(FILE *out, const struct ms_report *report, const char *cwd) {
  size_t failures = 0, skipped = 0, passed = 0;
  for (size_t i = 0; i < report->finding_count; i++) {
    const struct ms_report_finding *f = &report->findings[i];
    skipped += *f->suppressed != '\0';
    failures += !*f->suppressed && f->severity != MS_REPORT_NOTE;
  }
  for (size_t i = 0; i < report->kind_count; i++)
    passed += count_of(report, report->kinds[i].name) == 0;
  fputs("  <testsuite", out);
  put_attribute(out, "name", *report->run.program ? report->run.program : "memscope");
  fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n", report->finding_count + passed,
          failures, skipped);
  for (size_t i = 0; i < report->finding_count; i++)
    put_case(out, &report->findings[i], cwd);
  for (size_t i = 0; i < report->kind_count; i++)
    if (!count_of(report, report->kinds[i].name)) {
      fputs("    <testcase", out);
      put_attribute(out, "classname", report->kinds[i].name);
      put_attribute(out, "name", report->kinds[i].description);
      fputs("/>\n", out);
    }
  fputs("  </testsuite>\n", out);
}

void ms_render_junit(const struct ms_report *const *reports, size_t count, const char *cwd, FILE *out) {
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", out);
  for (size_t i = 0; i < count; i++)
    put_suite(out, reports[i], cwd);
  fputs("</testsuites>\n", out);
}

/* Text of a workflow command; in a property ':' and ',' are special as well. */
static void command_text(FILE *out, const char *text, bool is_property) {
  char *safe = ms_text_escape(text);
  for (const char *at = safe; *at; at++)
    if (*at == '%' || (is_property && (*at == ':' || *at == ',')))
      fprintf(out, "%%%02X", (unsigned)*at);
    else
      putc(*at, out);
  free(safe);
}

void ms_render_github(const struct ms_report *const *reports, size_t count, const char *cwd, FILE *out) {
  static const char *const words[] = {"error", "warning", "notice"};
  for (size_t r = 0; r < count; r++)
    for (size_t i = 0; i < reports[r]->finding_count; i++) {
      const struct ms_report_finding *f = &reports[r]->findings[i];
      if (*f->suppressed)
        continue;
      char *path = ms_place_path(&f->place, cwd);
      fprintf(out, "::%s title=", words[f->severity]);
      command_text(out, f->kind, true);
      if (*path) {
        fputs(",file=", out);
        command_text(out, path, true);
        if (f->place.line)
          fprintf(out, ",line=%u", f->place.line);
        if (f->place.line && f->place.column)
          fprintf(out, ",col=%u", f->place.column);
      }
      fputs("::", out);
      command_text(out, f->title, false);
      if (*f->advice) {
        fputs("%0A", out);
        command_text(out, f->advice, false);
      }
      putc('\n', out);
      free(path);
    }
}
