//===- DebugVars.h - which variable lives where ---------------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Maps the IR's storage (allocas, byval and sret arguments, globals) to source
// variables, and names of LLVM struct types to their debug-info types. Built for
// the start of the pipeline; later most locals are no longer in memory.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_DEBUGVARS_H
#define MEMSCOPE_PASS_DEBUGVARS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/Module.h"

namespace memscope {

/// A variable and how its storage leads to it.
struct DebugVar {
  const llvm::DIVariable *Var = nullptr;
  /// The storage holds the variable's address, not the variable (blocks,
  /// arguments passed by hidden reference).
  bool Indirect = false;

  explicit operator bool() const { return Var != nullptr; }
};

class DebugVars {
public:
  explicit DebugVars(llvm::Module &M) : M(M) {}

  /// The variable that is stored at V (an alloca, argument or global), if any.
  DebugVar lookup(const llvm::Value *V);

  /// The debug-info type of a named LLVM struct ("struct.item"), or null.
  const llvm::DIType *structType(const llvm::StructType *Ty);

private:
  void scanFunction(const llvm::Function &F);

  llvm::Module &M;
  llvm::DenseMap<const llvm::Value *, DebugVar> Locals;
  const llvm::Function *Scanned = nullptr;
  llvm::StringMap<const llvm::DIType *> Structs;
  bool StructsBuilt = false;
};

} // namespace memscope

#endif
