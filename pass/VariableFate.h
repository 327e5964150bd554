//===- VariableFate.h - where a function's variables let go of a pointer --===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Variables that the optimiser keeps in registers are seen to get a block, but not
// to end. Which line that would be is known at the start of the pipeline: from the
// call whose result a variable gets, or from the entry for a parameter, the control
// flow is followed with the set of the variables that hold the pointer, until that
// is empty. Ways on which it is freed, stored in memory or returned do not
// count: that is seen when it happens. Pure.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_VARIABLEFATE_H
#define MEMSCOPE_PASS_VARIABLEFATE_H

#include "pass/DebugVars.h"
#include "pass/Options.h"
#include "pass/ParameterFacts.h"
#include "pass/Site.h"

#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"

namespace memscope {

class VariableFates {
public:
  VariableFates(DebugVars &Vars, const ParameterFacts &Facts, const Options &Opts)
      : Vars(Vars), Facts(Facts), Opts(Opts) {}

  /// Says in SITE, that of CB, which line it is for the result of CB.
  void describe(SiteInfo &Site, const llvm::CallBase &CB);
  /// The same for argument A of a function, in the site of the parameter.
  void describe(SiteInfo &Site, const llvm::Argument &A);

private:
  void describe(SiteInfo &Site, const llvm::Value &V, const llvm::Instruction &After);

  DebugVars &Vars;
  const ParameterFacts &Facts;
  const Options &Opts;
  const llvm::Function *Current = nullptr;
  unsigned Budget = 0; ///< instructions that may still be looked at in Current
};

} // namespace memscope

#endif
