//===- LLVMCompat.h - what differs between the LLVM versions -------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The only file of the pass that asks for LLVM_VERSION_MAJOR. Everything else
// is written against one API and builds with every supported version.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_LLVMCOMPAT_H
#define MEMSCOPE_PASS_LLVMCOMPAT_H

#include "llvm/Config/llvm-config.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/TargetParser/Triple.h"
#if LLVM_VERSION_MAJOR >= 22
#include "llvm/Plugins/PassPlugin.h"
#else
#include "llvm/Passes/PassPlugin.h"
#endif

namespace memscope {

/// Adds PASS to the end of the optimiser's pipeline. The callback got a third
/// parameter (the LTO phase) in LLVM 20.
template <typename PassT>
void registerAtOptimizerLast(llvm::PassBuilder &PB) {
#if LLVM_VERSION_MAJOR >= 20
  PB.registerOptimizerLastEPCallback(
      [](llvm::ModulePassManager &MPM, llvm::OptimizationLevel,
         llvm::ThinOrFullLTOPhase) { MPM.addPass(PassT()); });
#else
  PB.registerOptimizerLastEPCallback(
      [](llvm::ModulePassManager &MPM, llvm::OptimizationLevel) {
        MPM.addPass(PassT());
      });
#endif
}

/// The DWARF language of CU; LLVM 22 also knows DWARF 6's versioned names, which
/// are given back as 0 here when they have no DWARF 5 equal.
inline unsigned languageOf(const llvm::DICompileUnit *CU) {
#if LLVM_VERSION_MAJOR >= 22
  llvm::DISourceLanguageName Name = CU->getSourceLanguage();
  return Name.hasVersionedName() ? 0 : Name.getUnversionedName();
#else
  return CU->getSourceLanguage();
#endif
}

/// The module's target; a string until LLVM 20.
inline llvm::Triple tripleOf(const llvm::Module &M) {
  return llvm::Triple(M.getTargetTriple());
}

/// Says of parameter INDEX of F that F does not keep the pointer.
inline void addNoCapture(llvm::Function &F, unsigned Index) {
#if LLVM_VERSION_MAJOR >= 21
  F.addParamAttr(Index, llvm::Attribute::getWithCaptureInfo(
                            F.getContext(), llvm::CaptureInfo::none()));
#else
  F.addParamAttr(Index, llvm::Attribute::NoCapture);
#endif
}

/// Attributes by which an argument promises not to be read or kept.
inline llvm::ArrayRef<llvm::Attribute::AttrKind> argumentPromises() {
#if LLVM_VERSION_MAJOR >= 21
  static constexpr llvm::Attribute::AttrKind Kinds[] = {
      llvm::Attribute::WriteOnly, llvm::Attribute::ReadNone,
      llvm::Attribute::Initializes, llvm::Attribute::Captures};
#else
  static constexpr llvm::Attribute::AttrKind Kinds[] = {
      llvm::Attribute::WriteOnly, llvm::Attribute::ReadNone,
      llvm::Attribute::NoCapture};
#endif
  return Kinds;
}

} // namespace memscope

#endif
