//===- CopiedBytes.h - whether what a call copies may be pointers ---------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Of memcpy and the like, at the start of the pipeline: what the declared types
// of both sides say. Pure.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_COPIEDBYTES_H
#define MEMSCOPE_PASS_COPIEDBYTES_H

#include "pass/AccessPath.h"
#include "pass/LibraryWrites.h"
#include "pass/PointerTypes.h"

namespace memscope {

class CopiedBytes {
public:
  CopiedBytes(llvm::Module &M, AccessPath &Paths) : M(M), Paths(Paths) {}

  /// Do the declared types say that W moves no pointer?
  bool areNoPointers(const llvm::CallBase &CB, const LibraryWrite &W);

  /// What is known of the objects that W copies to TO.
  WordsOfObject objects(const LibraryWrite &W, const Place &To) const;

private:
  /// What the declared type of one side of a copy says, from less to more.
  enum class Side { Nothing, Bytes, Unknown, Pointers };
  Side sideOf(const llvm::Value *V);
  bool isInText(const llvm::Value *V);
  bool isPassage(const llvm::Value *V);

  llvm::Module &M;
  AccessPath &Paths;
};

} // namespace memscope

#endif
