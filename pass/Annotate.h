//===- Annotate.h - source facts -> !memscope.site metadata ---------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Module pass memscope-annotate, for the start of the pipeline. Attaches
// !memscope.site to the calls that matter and lists the same nodes in the named
// metadata !memscope.sites; leaves what every instruction does as it is. A module
// that has been annotated or instrumented is left alone.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_ANNOTATE_H
#define MEMSCOPE_PASS_ANNOTATE_H

#include "llvm/IR/PassManager.h"

namespace memscope {

struct AnnotatePass : llvm::PassInfoMixin<AnnotatePass> {
  llvm::PreservedAnalyses run(llvm::Module &M,
                              llvm::ModuleAnalysisManager &MAM);
  /// Also with -O0 and for optnone functions.
  static bool isRequired() { return true; }
};

} // namespace memscope

#endif
