/* sarif.c - findings as SARIF 2.1.0, for code scanning.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A kind of finding is a rule, a finding a result, its story the locations of one thread flow. What
 * SARIF has no word for stands in properties. Columns are counted in bytes by the compiler
 * and in code points here: they differ behind characters that are not ASCII.
 */
#include <stdlib.h>
#include <string.h>

#include "render/excerpt.h"
#include "render/findings_files.h"
#include "report/json_text.h"
#include "support/xalloc.h"

static const char *level_of(enum ms_report_severity severity) { return ms_severity_name(severity); }

/* PATH as part of a URI: what is not unreserved or a slash is percent-encoded. free() it. */
static char *uri_of(const char *path) {
  static const char hex[] = "0123456789ABCDEF";
  bool absolute = *path == '/';
  char *text = ms_xmalloc(3 * strlen(path) + 16), *to = text;
  if (absolute)
    to = stpcpy(to, "file://");
  for (; *path; path++) {
    unsigned char c = (unsigned char)*path;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~/+", c)) {
      *to++ = (char)c;
    } else {
      *to++ = '%';
      *to++ = hex[c >> 4];
      *to++ = hex[c & 15];
    }
  }
  *to = '\0';
  return text;
}

static void put_message(struct ms_json_text *j, const char *key, const char *text) {
  ms_jt_object(j, key);
  ms_jt_string(j, "text", text);
  ms_jt_end(j, '}');
}

/* The members of a location object. */
static void put_location(struct ms_json_text *j, const struct ms_report_place *p, const char *cwd) {
  if (*p->file) {
    char *path = ms_place_path(p, cwd), *uri = uri_of(path);
    ms_jt_object(j, "physicalLocation");
    ms_jt_object(j, "artifactLocation");
    ms_jt_string(j, "uri", uri);
    if (*path != '/')
      ms_jt_string(j, "uriBaseId", "SRCROOT");
    ms_jt_end(j, '}');
    if (p->line) {
      ms_jt_object(j, "region");
      ms_jt_count(j, "startLine", p->line);
      if (p->column)
        ms_jt_count(j, "startColumn", p->column);
      ms_jt_end(j, '}');
    }
    ms_jt_end(j, '}');
    free(uri);
    free(path);
  }
  if (*p->function) {
    ms_jt_array(j, "logicalLocations");
    ms_jt_object(j, NULL);
    ms_jt_string(j, "name", p->function);
    ms_jt_string(j, "kind", "function");
    ms_jt_end(j, '}');
    ms_jt_end(j, ']');
  }
}

static void put_rules(struct ms_json_text *j, const struct ms_report *report) {
  ms_jt_array(j, "rules");
  for (size_t i = 0; i < report->kind_count; i++) {
    const struct ms_report_kind *k = &report->kinds[i];
    ms_jt_object(j, NULL);
    ms_jt_string(j, "id", k->name);
    put_message(j, "shortDescription", k->description);
    ms_jt_object(j, "defaultConfiguration");
    ms_jt_string(j, "level", level_of(k->severity));
    ms_jt_end(j, '}');
    ms_jt_end(j, '}');
  }
  ms_jt_end(j, ']');
}

/* "allocated as it->name" */
static char *step_text(const struct ms_report_step *s) {
  return ms_xasprintf("%s%s%s%s%s", s->role, *s->slot ? ": " : "", s->slot, *s->text ? ": " : "", s->text);
}

static void put_story(struct ms_json_text *j, const struct ms_report_finding *f, const char *cwd) {
  if (!f->step_count)
    return;
  ms_jt_array(j, "codeFlows");
  ms_jt_object(j, NULL);
  ms_jt_array(j, "threadFlows");
  ms_jt_object(j, NULL);
  ms_jt_array(j, "locations");
  for (size_t i = 0; i < f->step_count; i++) {
    char *text = step_text(&f->steps[i]);
    ms_jt_object(j, NULL);
    ms_jt_object(j, "location");
    put_location(j, &f->steps[i].place, cwd);
    put_message(j, "message", text);
    ms_jt_end(j, '}');
    ms_jt_count(j, "executionOrder", i + 1);
    ms_jt_end(j, '}');
    free(text);
  }
  ms_jt_end(j, ']');
  ms_jt_end(j, '}');
  ms_jt_end(j, ']');
  ms_jt_end(j, '}');
  ms_jt_end(j, ']');
}

static void put_stack(struct ms_json_text *j, const struct ms_report_trail *trail, const char *cwd) {
  if (!trail->count)
    return;
  ms_jt_array(j, "stacks");
  ms_jt_object(j, NULL);
  ms_jt_array(j, "frames");
  for (size_t i = 0; i < trail->count; i++) {
    const struct ms_report_frame *frame = &trail->frames[i];
    struct ms_report_place place = {
        .function = frame->function, .file = frame->file, .dir = "", .line = frame->line};
    ms_jt_object(j, NULL);
    ms_jt_object(j, "location");
    put_location(j, &place, cwd);
    ms_jt_end(j, '}');
    if (*frame->module)
      ms_jt_string(j, "module", frame->module);
    ms_jt_end(j, '}');
  }
  ms_jt_end(j, ']');
  ms_jt_end(j, '}');
  ms_jt_end(j, ']');
}

static void put_properties(struct ms_json_text *j, const struct ms_report_finding *f) {
  char confidence[32];
  snprintf(confidence, sizeof confidence, "%.4f", f->confidence);
  ms_jt_object(j, "properties");
  ms_jt_text(j, "variable", f->name);
  ms_jt_text(j, "type", f->type);
  ms_jt_count(j, "blocks", f->blocks);
  ms_jt_count(j, "bytes", f->bytes);
  ms_jt_string(j, "source", f->source);
  ms_jt_string(j, "confidence", confidence);
  ms_jt_text(j, "rule", f->rule);
  ms_jt_text(j, "blindSpot", f->blind_spot);
  ms_jt_end(j, '}');
}

static void put_result(struct ms_json_text *j, const struct ms_report *report, const struct ms_report_finding *f,
                       const char *cwd) {
  const struct ms_report_kind *kind = ms_report_kind_find(report, f->kind);
  char *message = ms_xasprintf("%s%s%s", f->title, *f->advice ? "\n" : "", f->advice);
  ms_jt_object(j, NULL);
  ms_jt_string(j, "ruleId", f->kind);
  if (kind)
    ms_jt_count(j, "ruleIndex", (uint64_t)(kind - report->kinds));
  ms_jt_string(j, "level", level_of(f->severity));
  put_message(j, "message", message);
  ms_jt_array(j, "locations");
  ms_jt_object(j, NULL);
  put_location(j, &f->place, cwd);
  ms_jt_end(j, '}');
  ms_jt_end(j, ']');
  put_story(j, f, cwd);
  put_stack(j, &f->trail, cwd);
  ms_jt_object(j, "partialFingerprints");
  ms_jt_string(j, "memscope/v1", f->fingerprint);
  ms_jt_end(j, '}');
  if (*f->suppressed) {
    ms_jt_array(j, "suppressions");
    ms_jt_object(j, NULL);
    ms_jt_string(j, "kind", "external");
    ms_jt_string(j, "justification", f->suppressed);
    ms_jt_end(j, '}');
    ms_jt_end(j, ']');
  }
  put_properties(j, f);
  ms_jt_end(j, '}');
  free(message);
}

static void put_invocation(struct ms_json_text *j, const struct ms_report_run *run) {
  ms_jt_array(j, "invocations");
  ms_jt_object(j, NULL);
  ms_jt_bool(j, "executionSuccessful", true); /* of the analysis, not of the program */
  ms_jt_array(j, "arguments");
  for (size_t i = 0; i < run->argument_count; i++)
    ms_jt_string(j, NULL, run->arguments[i]);
  ms_jt_end(j, ']');
  ms_jt_count(j, "processId", run->pid);
  ms_jt_end(j, '}');
  ms_jt_end(j, ']');
}

static void put_run(struct ms_json_text *j, const struct ms_report *report, const char *cwd) {
  char *base = ms_xasprintf("%s/", cwd), *uri = uri_of(base);
  ms_jt_object(j, NULL);
  ms_jt_object(j, "tool");
  ms_jt_object(j, "driver");
  ms_jt_string(j, "name", "MemScope");
  ms_jt_string(j, "version", MEMSCOPE_VERSION);
  put_rules(j, report);
  ms_jt_end(j, '}');
  ms_jt_end(j, '}');
  ms_jt_object(j, "originalUriBaseIds");
  ms_jt_object(j, "SRCROOT");
  ms_jt_string(j, "uri", uri);
  ms_jt_end(j, '}');
  ms_jt_end(j, '}');
  put_invocation(j, &report->run);
  ms_jt_string(j, "columnKind", "unicodeCodePoints");
  ms_jt_array(j, "results");
  for (size_t i = 0; i < report->finding_count; i++)
    put_result(j, report, &report->findings[i], cwd);
  ms_jt_end(j, ']');
  ms_jt_end(j, '}');
  free(uri);
  free(base);
}

void ms_render_sarif(const struct ms_report *const *reports, size_t count, const char *cwd, FILE *out) {
  struct ms_json_text j;
  ms_jt_open(&j, out);
  ms_jt_object(&j, NULL);
  ms_jt_string(&j, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  ms_jt_string(&j, "version", "2.1.0");
  ms_jt_array(&j, "runs");
  for (size_t i = 0; i < count; i++)
    put_run(&j, reports[i], cwd);
  ms_jt_end(&j, ']');
  ms_jt_end(&j, '}');
  putc('\n', out);
}
