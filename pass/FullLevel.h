//===- FullLevel.h - what level full inserts at the start -----------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Variables, parameters, arguments, returns, entry and exit of functions, and
// reference counts: calls that act before the optimiser does (Markers.h).
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_FULLLEVEL_H
#define MEMSCOPE_PASS_FULLLEVEL_H

#include "pass/CopyFinder.h"
#include "pass/VariableEnds.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace memscope {

class FullLevel {
public:
  /// LIST turns a site into its node and lists it.
  FullLevel(llvm::Module &M, AccessPath &Paths, DebugVars &Vars,
            CopyFinder &Finder, const Options &Opts,
            llvm::function_ref<llvm::MDNode *(const SiteInfo &)> List)
      : M(M), Paths(Paths), Vars(Vars), Finder(Finder), Opts(Opts), List(List) {}

  /// Instruments F. FUNC is the node of its FUNC site.
  void run(llvm::Function &F, llvm::MDNode *Func);

private:
  void bindVariable(llvm::AllocaInst &AI);
  void endVariable(const VariableEnd &End);
  void landing(llvm::Instruction &At);
  void storeToVariable(llvm::StoreInst &SI);
  void enterAndLeave(llvm::Function &F, llvm::MDNode *Func);
  llvm::Value *returnSite(llvm::ReturnInst &RI);
  void countChange(llvm::Instruction &I);
  void passArguments(llvm::CallBase &CB);
  void keepAllocation(llvm::CallBase &CB);
  llvm::Constant *record(const SiteInfo &Site);
  SiteInfo siteOf(const llvm::Instruction &At, unsigned Kind);

  llvm::Module &M;
  AccessPath &Paths;
  DebugVars &Vars;
  CopyFinder &Finder;
  const Options &Opts;
  llvm::function_ref<llvm::MDNode *(const SiteInfo &)> List;
};

} // namespace memscope

#endif
