//===- Plugin.cpp - entry point and pipeline hooks ------------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Tells LLVM about the two passes; no logic here. memscope-annotate runs first of
// all passes, while every variable is still an alloca with its debug record;
// memscope-instrument runs last, so that the optimiser sees the program as it is.
//
//===----------------------------------------------------------------------===//
#include "pass/Annotate.h"
#include "pass/Instrument.h"
#include "pass/LLVMCompat.h"

using namespace llvm;

namespace {

bool parsePassName(StringRef Name, ModulePassManager &MPM,
                   ArrayRef<PassBuilder::PipelineElement>) {
  if (Name == "memscope-annotate") {
    MPM.addPass(memscope::AnnotatePass());
    return true;
  }
  if (Name == "memscope-instrument") {
    MPM.addPass(memscope::InstrumentPass());
    return true;
  }
  return false;
}

void registerPasses(PassBuilder &PB) {
  PB.registerPipelineStartEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel) {
        MPM.addPass(memscope::AnnotatePass());
      });
  memscope::registerAtOptimizerLast<memscope::InstrumentPass>(PB);
  PB.registerPipelineParsingCallback(parsePassName);
}

} // namespace

// Hidden visibility is the default here; the loader must find this one symbol.
extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "MemScope", MEMSCOPE_VERSION,
          registerPasses};
}
