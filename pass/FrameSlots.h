//===- FrameSlots.h - pointer slots in a function's frame, and their end --===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// For the end of the pipeline: finds the stack variables that can hold a tracked
// pointer and tells the runtime when they end: at the function's returns, at the end
// of their scopes, and where control lands that left functions without returns.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_FRAMESLOTS_H
#define MEMSCOPE_PASS_FRAMESLOTS_H

#include "pass/ScopeEnds.h"
#include "pass/SiteResolver.h"
#include "pass/SiteTable.h"
#include "llvm/IR/Instructions.h"

namespace memscope {

class FrameSlots {
public:
  FrameSlots(llvm::Module &M, SiteTable &Table, SiteResolver &Sites)
      : M(M), Table(Table), Sites(Sites), Vars(M) {}

  /// Finds what to do in F. Must be asked before F's copies are lowered, since
  /// hooks that take a variable's address make it look as if it escaped.
  void collect(llvm::Function &F);

  /// Does it. True if F was changed.
  bool lower(llvm::Function &F);

private:
  bool holdsSlots(const llvm::Value &Storage, llvm::Type *Ty);
  void lowerEnd(const ScopeEnd &End);
  void lowerJumps(llvm::Function &F);
  void lowerPassed(llvm::Function &F, llvm::ArrayRef<llvm::Instruction *> Exits);
  llvm::Constant *record(llvm::Instruction &At, unsigned Kind);
  void checkedCall(llvm::Instruction *Before, llvm::Value *Tls,
                   llvm::Value *Highest, llvm::StringRef Hook,
                   llvm::ArrayRef<llvm::Value *> Args);

  llvm::Module &M;
  SiteTable &Table;
  SiteResolver &Sites;
  DebugVars Vars;
  bool HasSlots = false;
  llvm::SmallVector<ScopeEnd, 8> Ends;
  llvm::SmallVector<llvm::Instruction *, 2> Landings; ///< frames below have been left by a jump
  llvm::SmallVector<llvm::CallBase *, 2> Restores;    ///< variable arrays end
  llvm::SmallVector<llvm::Argument *, 2> Passed;      ///< structures on the stack
};

/// __memscope_tls, declared as abi.h says.
llvm::GlobalVariable *tlsVariable(llvm::Module &M);

} // namespace memscope

#endif
