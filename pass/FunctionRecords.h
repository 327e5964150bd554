//===- FunctionRecords.h - FUNC and PARAM sites ---------------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Describes each function that the module defines and its parameters, in the
// order in which their records lie in the table. Pure.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_FUNCTIONRECORDS_H
#define MEMSCOPE_PASS_FUNCTIONRECORDS_H

#include "pass/DebugVars.h"
#include "pass/ParameterFacts.h"
#include "pass/Site.h"
#include "pass/VariableFate.h"
#include <vector>

namespace memscope {

class FunctionRecords {
public:
  FunctionRecords(DebugVars &Vars, const ParameterFacts &Facts, VariableFates &Fates)
      : Vars(Vars), Facts(Facts), Fates(Fates) {}

  /// The FUNC site of F, then one PARAM site for each parameter of the source (of
  /// the IR, if there is no debug info).
  std::vector<SiteInfo> describe(llvm::Function &F);

private:
  DebugVars &Vars;
  const ParameterFacts &Facts;
  VariableFates &Fates;
};

} // namespace memscope

#endif
