/* oracle.h - what a generated program tells its oracle.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The program says which blocks live and where its pointer slots are, never what they hold:
 * that the oracle reads from memory at a checkpoint. The exceptions are plain locals, which
 * may live in a register: of those the program tells the value, by the variable's name.
 * The oracle also answers "may this block be freed now?", so that programs of random
 * operations never use memory after its end.
 */
#ifndef MEMSCOPE_UTILS_TRUTH_ORACLE_H
#define MEMSCOPE_UTILS_TRUTH_ORACLE_H

#include <stddef.h>

#define ORACLE_OWNED 1 /* only its owner frees it: no victim, never "ok" */

void oracle_begin(void);
void oracle_end(void);

/* The layout of a type: where its pointers are. Type 0 has none and size 1. */
void oracle_type(int type, size_t size, int count, const size_t *offsets);

/* A block of COUNT objects of TYPE has been allocated; is about to be freed. */
void oracle_alloc(const void *block, size_t size, int type, size_t count, int flags);
void oracle_free(const void *block);
/* Around a realloc, which may move the block. */
void oracle_realloc_begin(const void *block);
void oracle_realloc_end(const void *block, size_t size, size_t count);

/* Slots outside of blocks. Global ones stay; the others belong to the current frame. */
void oracle_global(const void *at, int type, size_t count, const char *name);
void oracle_slot(const void *at, int type, size_t count, const char *name);
void oracle_unslot(const void *at);
/* The slot is about to be written: what it holds afterwards is no leftover. */
void oracle_fresh(const void *at);

/* The function activations of the main thread and their plain locals. */
void oracle_enter(const char *function);
void oracle_leave(void);
int oracle_depth(void);
void oracle_unwind(int depth);
void oracle_local(const char *name, const void *value);
void oracle_unlocal(const char *name);

/* Is P the start of a live block that nobody owns and to which no plain local points, other
 * than EXCEPT of the current function? */
int oracle_ok(const void *p, const char *except);
/* The same of an owned block. */
int oracle_ok_owned(const void *p);
/* The next slot, other than KEEP, that points into the block at P; NULL: none. Without KEEP
 * the slots inside the block, which end with it, do not count. */
void *oracle_next_ref(const void *p, const void *keep);
/* Some live block that nobody owns; NULL if there are at most KEEP of them. */
void *oracle_victim(unsigned random, unsigned keep);

/* This thread is number N: its blocks are numbered on their own. Several threads may
 * allocate; then blocks are freed by oracle_free_quick, when no slot points at them. */
void oracle_thread(int n);
void oracle_free_quick(const void *block);

const char *oracle_next_mark(void);
void oracle_checkpoint(void);
void oracle_operations(unsigned long count);

#endif
