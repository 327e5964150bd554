//===- ParameterFacts.h - what a function may do with its parameters ------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// For each pointer argument of each function of the module: may it be returned,
// stored, freed, passed on to code that is not known? Within a function by its
// data flow, between functions of the module by a fixed point. Nothing is known at
// level alloc.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_PARAMETERFACTS_H
#define MEMSCOPE_PASS_PARAMETERFACTS_H

#include "pass/Options.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Module.h"

namespace memscope {

class ParameterFacts {
public:
  ParameterFacts(llvm::Module &M, const Options &Opts);

  /// MS_SITE_F_P_RETURNED, _STORED, _FREED and _PASSED of A.
  unsigned flags(const llvm::Argument &A) const { return Flags.lookup(&A); }

private:
  unsigned flow(const llvm::Argument &A) const;
  /// What happens to argument INDEX of CB.
  unsigned flowOfCall(const llvm::CallBase &CB, unsigned Index) const;

  const Options &Opts;
  llvm::DenseMap<const llvm::Argument *, unsigned> Flags;
};

} // namespace memscope

#endif
