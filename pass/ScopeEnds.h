//===- ScopeEnds.h - where scopes end that have no lifetime markers -------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Without optimisation clang writes no llvm.lifetime.end, so a variable of an inner
// block would seem to live as long as its function. The debug info says which
// instructions belong to the block: control that leaves them ends it. Pure.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_SCOPEENDS_H
#define MEMSCOPE_PASS_SCOPEENDS_H

#include "pass/DebugVars.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"

namespace memscope {

/// The variable has ended when control comes to Before.
struct ScopeEnd {
  llvm::Instruction *Before;
  const llvm::AllocaInst *Variable;
};

/// Appends to ENDS where the scopes of SLOTS end in F.
void findScopeEnds(llvm::Function &F,
                   const llvm::SmallPtrSetImpl<const llvm::AllocaInst *> &Slots,
                   DebugVars &Vars, llvm::SmallVectorImpl<ScopeEnd> &Ends);

} // namespace memscope

#endif
