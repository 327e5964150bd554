//===- Instrument.h - !memscope.site metadata -> code ---------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Module pass memscope-instrument, for the end of the pipeline: the only part of
// the pass that inserts instructions. Marks the module with a flag, so that LTO,
// which runs the end of the pipeline again at link, changes nothing.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_INSTRUMENT_H
#define MEMSCOPE_PASS_INSTRUMENT_H

#include "llvm/IR/PassManager.h"

namespace memscope {

/// The module flag that says "instrumented by MemScope".
inline constexpr char InstrumentedFlag[] = "memscope.instrumented";

struct InstrumentPass : llvm::PassInfoMixin<InstrumentPass> {
  llvm::PreservedAnalyses run(llvm::Module &M,
                              llvm::ModuleAnalysisManager &MAM);
  static bool isRequired() { return true; }
};

} // namespace memscope

#endif
