/* ownership_annotate.c - conclusions as declarations (ownership_text.h).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The declaration is the one that the compiler put into the trace. What is said about a
 * function comes as attributes behind it (clang), as a signature in Rust's words, or as a comment
 * before it. Clang's attributes speak of malloc and free: references that are counted are only
 * said in a comment. A text of a trace becomes part of a program here, so whatever is not
 * plain C is left out.
 */
#include "render/ownership_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "support/xalloc.h"

enum { PARAMETERS_MAX = 32 };

/* All facts of one function. */
struct signature {
  const char *declaration;
  const struct ms_report_owner *result, *parameters[PARAMETERS_MAX];
  bool is_static;
};

/* A piece of a declaration. */
struct span {
  const char *at;
  size_t len;
};

/* Whether TEXT may be printed as C: a name, types, and what is between them. */
static bool is_plain(const char *text) {
  for (const char *p = text; *p; p++)
    if (!isalnum((unsigned char)*p) && !strchr("_ *(),[].&", *p))
      return false;
  return !strstr(text, "*/") && strchr(text, '(') != NULL;
}

static bool is_verdict(const struct ms_report_owner *f, const char *verdict) {
  return f && strcmp(f->verdict, verdict) == 0;
}

/* The parameters of DECLARATION, as they are written; how many. RET_HEAD: what is before them. */
static size_t split(const char *declaration, struct span *parameters, struct span *ret_head) {
  const char *end = declaration + strlen(declaration), *open = end;
  int depth = 0;
  while (open > declaration) { /* the last bracket at the top level */
    open--;
    depth += *open == ')';
    depth -= *open == '(';
    if (*open == '(' && depth == 0)
      break;
  }
  *ret_head = (struct span){declaration, (size_t)(open - declaration)};
  size_t count = 0;
  const char *start = open + 1;
  depth = 0;
  for (const char *p = start; p < end && count < PARAMETERS_MAX; p++) {
    if (depth == 0 && (*p == ',' || *p == ')')) {
      parameters[count++] = (struct span){start, (size_t)(p - start)};
      start = p + 1;
      if (*p == ')')
        break;
    }
    depth += *p == '(';
    depth -= *p == ')';
  }
  if (count == 1 && (parameters[0].len == 0 || (parameters[0].len == 4 && memcmp(parameters[0].at, "void", 4) == 0)))
    count = 0;
  return count;
}

/* Declares the structures that DECLARATION names, so that it can stand first in a file. */
static void put_structures(const char *declaration, FILE *out) {
  for (const char *p = declaration; (p = strstr(p, "struct ")) != NULL; p += 7) {
    size_t n = 0;
    while (isalnum((unsigned char)p[7 + n]) || p[7 + n] == '_')
      n++;
    if (n && (p == declaration || !(isalnum((unsigned char)p[-1]) || p[-1] == '_')))
      fprintf(out, "struct %.*s;\n", (int)n, p + 7);
  }
}

static void put_clang(const struct signature *s, FILE *out) {
  if (s->is_static)
    return;
  char *attributes = ms_xstrdup("");
  for (unsigned i = 0; i < PARAMETERS_MAX; i++) {
    const struct ms_report_owner *p = s->parameters[i];
    if (!is_verdict(p, "takes") || p->is_counted)
      continue;
    char *more = ms_xasprintf("%s%sownership_%s(malloc, %u)", attributes, *attributes ? ", " : "",
                              p->stores ? "holds" : "takes", i + 1);
    free(attributes);
    attributes = more;
  }
  if (is_verdict(s->result, "returns-owned") && !s->result->is_counted) {
    char *more = ms_xasprintf("%s%sownership_returns(malloc)", attributes, *attributes ? ", " : "");
    free(attributes);
    attributes = more;
  }
  if (*attributes) {
    put_structures(s->declaration, out);
    fprintf(out, "%s __attribute__((%s));\n", s->declaration, attributes);
  }
  free(attributes);
}

static struct span trim(struct span s) {
  while (s.len && s.at[0] == ' ')
    s.at++, s.len--;
  while (s.len && s.at[s.len - 1] == ' ')
    s.len--;
  return s;
}

/* Takes the leading words KEYWORD (struct, const ...) off. */
static bool take_word(struct span *s, const char *word) {
  size_t n = strlen(word);
  *s = trim(*s);
  if (s->len < n || memcmp(s->at, word, n) != 0 || (s->len > n && (isalnum((unsigned char)s->at[n]) || s->at[n] == '_')))
    return false;
  s->at += n;
  s->len -= n;
  *s = trim(*s);
  return true;
}

/* A type without qualifiers and stars, in Rust's words. */
static void put_base(struct span t, FILE *out) {
  static const char *const names[][2] = {{"char", "c_char"}, {"void", "c_void"}, {"int", "c_int"}, {"long", "c_long"},
                                         {"unsigned int", "c_uint"}, {"unsigned long", "c_ulong"}, {"size_t", "usize"},
                                         {"unsigned char", "c_uchar"}, {"double", "f64"}, {"float", "f32"},
                                         {"uint8_t", "u8"}, {"uint32_t", "u32"}, {"uint64_t", "u64"}, {"int32_t", "i32"},
                                         {"int64_t", "i64"}, {"_Bool", "bool"}, {"bool", "bool"}};
  (void)(take_word(&t, "struct") || take_word(&t, "union") || take_word(&t, "enum"));
  t = trim(t);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (strlen(names[i][0]) == t.len && memcmp(names[i][0], t.at, t.len) == 0) {
      fputs(names[i][1], out);
      return;
    }
  for (size_t i = 0; i < t.len; i++)
    putc(t.at[i] == ' ' ? '_' : t.at[i], out);
}

/* The type T, which may be a pointer, by what is concluded about it. */
static void put_type(struct span t, const struct ms_report_owner *f, const char *owned_verdict, const char *borrowed_verdict,
                     FILE *out) {
  bool is_const = false;
  while (take_word(&t, "const") || take_word(&t, "extern") || take_word(&t, "static"))
    is_const = true;
  t = trim(t);
  unsigned stars = 0;
  while (t.len && (t.at[t.len - 1] == '*' || t.at[t.len - 1] == ' ')) {
    stars += t.at[t.len - 1] == '*';
    t.len--;
  }
  if (!stars) {
    put_base(t, out);
    return;
  }
  bool is_owned = is_verdict(f, owned_verdict), is_borrowed = is_verdict(f, borrowed_verdict);
  fputs(is_owned ? f->is_counted ? "Rc<" : "Box<" : is_borrowed ? is_const ? "&" : "&mut " : is_const ? "*const " : "*mut ", out);
  for (unsigned i = 1; i < stars; i++)
    fputs("*mut ", out);
  put_base(t, out);
  if (is_owned)
    putc('>', out);
}

/* Divides "const char *name" into type and name. */
static void name_of(struct span whole, struct span *ret_type, struct span *ret_name) {
  whole = trim(whole);
  size_t n = whole.len;
  while (n && (isalnum((unsigned char)whole.at[n - 1]) || whole.at[n - 1] == '_'))
    n--;
  *ret_name = (struct span){whole.at + n, whole.len - n};
  *ret_type = (struct span){whole.at, n};
}

static void put_rust(const struct signature *s, FILE *out) {
  struct span parameters[PARAMETERS_MAX], head, type, name;
  size_t count = split(s->declaration, parameters, &head);
  struct span result;
  name_of(head, &result, &name);
  fprintf(out, "fn %.*s(", (int)name.len, name.at);
  for (size_t i = 0; i < count; i++) {
    fputs(i ? ", " : "", out);
    if (memchr(parameters[i].at, '(', parameters[i].len) || memchr(parameters[i].at, '.', parameters[i].len)) {
      fputs("_: *const c_void", out); /* a function, or what has no name */
      continue;
    }
    name_of(parameters[i], &type, &name);
    if (!name.len || !type.len)
      fprintf(out, "p%zu: ", i);
    else
      fprintf(out, "%.*s: ", (int)name.len, name.at);
    put_type(type.len ? type : parameters[i], s->parameters[i], "takes", "borrows", out);
  }
  putc(')', out);
  struct span bare = result;
  while (take_word(&bare, "extern") || take_word(&bare, "static"))
    ;
  if (!(trim(bare).len == 4 && memcmp(trim(bare).at, "void", 4) == 0)) {
    fputs(" -> ", out);
    put_type(result, s->result, "returns-owned", "returns-borrowed", out);
  }
  fputs(";\n", out);
}

static void put_comment(const struct signature *s, FILE *out) {
  fputs("/*", out);
  const char *comma = "";
  for (unsigned i = 0; i < PARAMETERS_MAX; i++) {
    const struct ms_report_owner *p = s->parameters[i];
    if (!p || *p->why_not)
      continue;
    fprintf(out, "%s %s argument %u%s (%s)", comma, p->verdict, i + 1,
            is_verdict(p, "takes") ? p->is_counted ? "'s reference" : p->stores ? " to keep" : " to free" : "",
            strcmp(p->source, "static") == 0 ? "proven" : p->label);
    comma = ",";
  }
  if (s->result && !*s->result->why_not)
    fprintf(out, "%s %s%s (%s)", comma, s->result->verdict, s->result->is_counted ? " reference" : "", s->result->label);
  fprintf(out, " */\n%s;\n", s->declaration);
}

static void put(const struct signature *s, enum ms_annotation form, FILE *out) {
  switch (form) {
  case MS_ANNOTATE_CLANG: put_clang(s, out); break;
  case MS_ANNOTATE_RUST: put_rust(s, out); break;
  case MS_ANNOTATE_COMMENT: put_comment(s, out); break;
  }
}

static bool is_function(const struct ms_report_owner *f) {
  return strcmp(f->kind, "parameter") == 0 || strcmp(f->kind, "result") == 0;
}

void ms_render_annotations(const struct ms_report_ownership *w, enum ms_annotation form, FILE *out) {
  for (size_t i = 0; i < w->fact_count;) {
    if (!is_function(&w->facts[i])) {
      i++;
      continue;
    }
    struct signature s = {.declaration = ""};
    bool has_conclusion = false;
    const char *function = w->facts[i].function;
    for (; i < w->fact_count && is_function(&w->facts[i]) && strcmp(w->facts[i].function, function) == 0; i++) {
      const struct ms_report_owner *f = &w->facts[i];
      has_conclusion |= !*f->why_not;
      if (*f->declaration)
        s.declaration = f->declaration;
      s.is_static |= f->is_static;
      if (strcmp(f->kind, "result") == 0)
        s.result = f;
      else if (f->index < PARAMETERS_MAX)
        s.parameters[f->index] = f;
    }
    if (!has_conclusion || !is_plain(s.declaration))
      continue;
    put(&s, form, out);
  }
}
