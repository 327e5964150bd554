/* site.h - the site record as the pass writes it and the runtime reads it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A site is a point in the source that MemScope can name. The pass emits one
 * constant array of struct ms_site per LLVM module into the ELF section
 * MS_SITE_SECTION; the linker concatenates them, so a record's index in the
 * section of its executable or shared object is its id. Strings are referred to
 * by offsets relative to the field itself (string address = address of the field
 * + value), which needs no dynamic relocation; 0 means "no string".
 *
 * Any change of this layout bumps MS_ABI_VERSION (abi.h).
 */
#ifndef MEMSCOPE_SITE_H
#define MEMSCOPE_SITE_H

#include <stdint.h>

#define MS_SITE_SECTION "memscope_sites"

/* What happens at the site. */
enum ms_site_kind {
  MS_SITE_NONE = 0,
  MS_SITE_ALLOC = 1,   /* calls a function known to return fresh memory */
  MS_SITE_CALL = 2,    /* calls a function whose pointer result may be fresh memory */
  MS_SITE_REALLOC = 3, /* calls a reallocating function */
  MS_SITE_FREE = 4,    /* calls a freeing function */
  MS_SITE_OUT = 5,     /* the callee stores fresh memory through an argument (getline) */
  MS_SITE_OPAQUE = 6,  /* calls code outside the module that returns no pointer */
  MS_SITE_STORE = 7,   /* stores a pointer to memory */
  MS_SITE_COPY = 8,    /* copies or sets memory that may hold pointers: memcpy, struct assignment */
  MS_SITE_BIND = 9,    /* gives a pointer variable a value: path is the variable */
  MS_SITE_FRAME = 10,  /* a function returns: the slots in its frame die */
  MS_SITE_FUNC = 11,   /* describes a function; its MS_SITE_PARAM records follow it */
  MS_SITE_PARAM = 12,  /* describes a parameter: path, type, index, flags MS_SITE_F_P_* */
  MS_SITE_RETURN = 13, /* returns a pointer: src says from where */
  MS_SITE_COUNT = 14,  /* adds 1 to or takes 1 from an integer member: path, field */
  MS_SITE_PASS = 15,   /* hands a pointer to a function outside the module: callee, index, src */
  MS_SITE_SCOPE = 16,  /* a variable's scope ends; without path: what the function had called
                        * has been left by a jump */
  MS_SITE_DROP = 17    /* in traces only, from tools: the PARAM of a function that a site's block is
                        * handed to, and where it lets go of it (offset) */
};

/* What kind of place receives the pointer (for FREE: where the pointer was read from). The
 * values from 11 on are only used for ms_site.src_slot. */
enum ms_slot_kind {
  MS_SLOT_NONE = 0,    /* no slot could be named */
  MS_SLOT_LOCAL = 1,   /* local variable */
  MS_SLOT_PARAM = 2,   /* parameter */
  MS_SLOT_GLOBAL = 3,  /* global, static or static local */
  MS_SLOT_FIELD = 4,   /* member of a struct or union: it->name */
  MS_SLOT_ELEMENT = 5, /* array element: tab[] */
  MS_SLOT_DEREF = 6,   /* through a pointer: *out */
  MS_SLOT_RETURN = 7,  /* returned straight to the caller */
  MS_SLOT_ARG = 8,     /* passed straight on as an argument: "argument 1 of use" */
  MS_SLOT_DROPPED = 9, /* the result is not used at all */
  MS_SLOT_TEMP = 10,   /* used in an expression only (compared, cast to an integer) */
  MS_SLOT_CALL = 11,   /* the result of a call: src is the callee */
  MS_SLOT_NULL = 12,   /* the null pointer */
  MS_SLOT_ADDRESS = 13, /* the address of a variable or function: src is &name */
  MS_SLOT_INTEGER = 14 /* an integer that was converted */
};

#define MS_SITE_F_PASSES_RESULT 0x1u /* the result may be returned by this function */
#define MS_SITE_F_NO_DEBUG 0x2u      /* compiled without debug info: function name only */
#define MS_SITE_F_SEVERAL 0x4u       /* several slots get the pointer, path is the first */
#define MS_SITE_F_INDIRECT 0x8u      /* called through a function pointer */
#define MS_SITE_F_FRESH 0x10u        /* callee proven (in this module) to return fresh memory */
#define MS_SITE_F_FRAME 0x20u        /* the call also stores .frame and .stack (abi.h) */
/* Copies (STORE, BIND, RETURN, PASS). Neither SRC_ flag: not known. */
#define MS_SITE_F_SRC_DEAD 0x40u     /* the source variable is not read again: a move */
#define MS_SITE_F_SRC_LIVE 0x80u     /* the source variable may be read again */
#define MS_SITE_F_OFFSET 0x100u      /* the value is the source plus an offset */
#define MS_SITE_F_ATOMIC 0x200u
#define MS_SITE_F_VOLATILE 0x400u
#define MS_SITE_F_DOWN 0x800u        /* COUNT: takes 1 away */
/* PARAM: what the function may do with it, as far as this module shows. */
#define MS_SITE_F_P_RETURNED 0x1000u
#define MS_SITE_F_P_STORED 0x2000u   /* in memory that may outlive the call */
#define MS_SITE_F_P_FREED 0x4000u
#define MS_SITE_F_P_PASSED 0x8000u   /* to a function that is not known here */
#define MS_SITE_F_P_CONST 0x10000u   /* points at const */
/* FUNC */
#define MS_SITE_F_STATIC 0x20000u
#define MS_SITE_F_VARIADIC 0x40000u
/* A variable that gets the result of a call, PARAM: how it ends in line `offset`. */
#define MS_SITE_F_END_SET 0x80000u    /* gets another value; else its scope ends */
#define MS_SITE_F_END_UNSURE 0x100000u /* on other ways through the function in another line */
#define MS_SITE_F_END_OTHER 0x200000u /* that is so of another variable, to which it was copied */
#define MS_SITE_F_END_AGAIN 0x400000u /* the same call may give it its next value before */
#define MS_SITE_F_END_PASSED 0x800000u /* unless code that it is handed to before frees it */

struct ms_site {
  int32_t func;        /* enclosing function, source name: "list_push" */
  int32_t file;        /* source file as the compiler was given it: "src/list.c" */
  int32_t dir;         /* compilation directory, for a relative file */
  int32_t path;        /* access path of the slot: "it->name"; COPY: of the destination */
  int32_t type;        /* C spelling of the type that the pointer points at: "struct item";
                        * FUNC: of the result */
  int32_t callee;      /* what is called, as in the source: "xmalloc", "g->frealloc" */
  int32_t field;       /* for a member: its type and name, "struct item.name", whatever the
                        * path; for an element of an array member: "struct item.tab[]" */
  int32_t src;         /* copies: access path of where the value came from: "list->head";
                        * FUNC: the declaration, "char *dup_name(const char *s)" */
  uint32_t line;       /* 1-based; 0 unknown */
  uint16_t column;     /* 1-based; 0 unknown or more than 65535 */
  uint8_t kind;        /* enum ms_site_kind */
  uint8_t slot;        /* enum ms_slot_kind */
  uint32_t flags;      /* MS_SITE_F_* */
  uint32_t type_size;  /* sizeof of that type in bytes; 0 unknown or incomplete */
  uint32_t decl_line;  /* line that declares the variable or member; 0 unknown */
  uint8_t src_slot;    /* enum ms_slot_kind of src */
  uint8_t index;       /* PARAM, PASS: number of the parameter, from 0; FUNC: how many */
  uint16_t words;      /* COPY: size of each object that is copied, in 8 bytes; 0 unknown */
  uint32_t offset;     /* of the member in its structure, bytes; 0 also if unknown. Of a variable that
                        * gets the result of a call, and of a PARAM: the line in which the last variable
                        * of the function lets go of the pointer, if nothing else happens to the
                        * block until then; 0 unknown (unoptimised code, level full: that is recorded) */
  uint32_t no_pointers; /* COPY: bit I says that word I of such an object is declared to hold no
                        * pointer; words from 32 on may */
};

#ifdef __cplusplus
static_assert(sizeof(struct ms_site) == 64, "site record layout is ABI");
#else
_Static_assert(sizeof(struct ms_site) == 64, "site record layout is ABI");
#endif

/* The string that the offset field FIELD (a pointer into a site record that lies at its
 * linked place) refers to, or "" for none. */
static inline const char *ms_site_str(const int32_t *field) {
  return *field ? (const char *)field + *field : "";
}

#endif
