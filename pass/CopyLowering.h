//===- CopyLowering.h - pointer copies -> inlined checks and hook calls ---===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// For the end of the pipeline, one function at a time, after allocation calls
// have been instrumented. Handles every pointer store that is left, whether its
// metadata is left or not.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_COPYLOWERING_H
#define MEMSCOPE_PASS_COPYLOWERING_H

#include "pass/DebugVars.h"
#include "pass/LibraryWrites.h"
#include "pass/Options.h"
#include "pass/PointerTypes.h"
#include "pass/SiteResolver.h"
#include "pass/SiteTable.h"
#include "pass/Stats.h"
#include "pass/StoreFacts.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"

namespace memscope {

class CopyLowering {
public:
  CopyLowering(llvm::Module &M, SiteTable &Table, SiteResolver &Sites,
               const Options &Opts)
      : M(M), Table(Table), Sites(Sites), Opts(Opts), Vars(M) {}

  /// Returns true if F was changed.
  bool run(llvm::Function &F);

  const CopyStats &stats() const { return Stats; }

private:
  struct Work;
  bool isInNoSlot(const llvm::Value *Address);
  void collect(llvm::Function &F, Work &W);
  void collectCall(llvm::CallBase &CB, Work &W);
  const SiteInfo *siteOf(llvm::Instruction &I, bool MustHave, unsigned Kind);
  void lowerStore(llvm::StoreInst &SI, const SiteInfo &Site, const StoreFacts &Facts);
  void lowerPlainStore(llvm::StoreInst &SI, const SiteInfo &Site, bool IsFirst);
  void lowerAtomicStore(llvm::StoreInst &SI, const SiteInfo &Site);
  void lowerAtomic(llvm::Instruction &I, const SiteInfo &Site);
  void lowerMaskedStore(llvm::CallBase &CB, const SiteInfo &Site);
  void recordParts(llvm::IRBuilder<> &B, llvm::Value *Slot, llvm::ArrayRef<PointerPart> Parts,
                   llvm::ArrayRef<llvm::Value *> New, llvm::ArrayRef<llvm::Value *> Old,
                   llvm::Value *Done, llvm::Instruction &Next, const llvm::Instruction &At,
                   const SiteInfo &Site);
  llvm::SmallVector<const SiteInfo *, 4> clearedWords(const LibraryWrite &W,
                                                      const SiteInfo &Site);
  void lowerWrite(llvm::CallBase &CB, const LibraryWrite &W, const SiteInfo &Site);
  void lowerBinding(llvm::CallBase &CB, const SiteInfo &Site);
  void callIf(llvm::Value *Condition, llvm::Instruction *Before,
              llvm::function_ref<void(llvm::IRBuilder<> &)> EmitCall);

  llvm::Module &M;
  SiteTable &Table;
  SiteResolver &Sites;
  const Options &Opts;
  DebugVars Vars;
  CopyStats Stats;
};

} // namespace memscope

#endif
