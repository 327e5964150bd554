//===- Markers.h - calls that stand for hooks until the end of the pipeline ===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// At level full the start of the pipeline inserts calls of functions that do not
// exist. They take values, so variables still become registers, and say that they
// touch no memory of the program; the end of the pipeline turns them into an
// inlined check and a hook.
//
//   memscope.bind(value, old value, site)          -> __memscope_bind
//   memscope.store(slot, value, old value, site)   -> __memscope_store
//   memscope.pass(value, site)                     -> __memscope_pass
//   memscope.count(field, value, site)             -> __memscope_count
//   memscope.keep(block)                           -> nothing: keeps an allocation
//
// Sites are not in the table yet: each is an external constant memscope.site.N
// that carries its node as metadata.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_MARKERS_H
#define MEMSCOPE_PASS_MARKERS_H

#include "pass/SiteResolver.h"
#include "pass/SiteTable.h"
#include "llvm/IR/IRBuilder.h"

namespace memscope {

enum class Marker { Bind, Store, Pass, Count, Keep };

/// Declares (once) and calls a marker.
void emitMarker(llvm::IRBuilder<> &B, Marker Kind, llvm::ArrayRef<llvm::Value *> Args);

/// Stands for the record of the site that NODE describes.
llvm::Constant *sitePlaceholder(llvm::Module &M, llvm::MDNode *Node);

/// Replaces every marker by its check and hook, and every placeholder by its
/// record. Functions that had markers are added to CHANGED.
void lowerMarkers(llvm::Module &M, SiteTable &Table, SiteResolver &Sites,
                  llvm::SmallVectorImpl<llvm::Function *> &Changed);

} // namespace memscope

#endif
