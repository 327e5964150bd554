//===- VariableEnds.h - where a bound variable's block ends ---------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// At level full a variable of an inner block stops to hold its pointer where the
// block ends, unless the function returns there: then all its variables end at
// once, and what it returns was held until the end. Pure.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_VARIABLEENDS_H
#define MEMSCOPE_PASS_VARIABLEENDS_H

#include "pass/ScopeEnds.h"

namespace memscope {

struct VariableEnd {
  ScopeEnd End;
  /// The function returns from there if this variable has one of the values (a
  /// cleanup that several ways out of the block share); null: it never does.
  llvm::AllocaInst *Way = nullptr;
  llvm::SmallVector<llvm::ConstantInt *, 2> Returning;
};

/// Appends to ENDS where the blocks of VARIABLES end in F.
void findVariableEnds(llvm::Function &F, llvm::ArrayRef<llvm::AllocaInst *> Variables,
                      DebugVars &Vars, std::vector<VariableEnd> &Ends);

} // namespace memscope

#endif
