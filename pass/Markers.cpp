//===- Markers.cpp - calls that stand for hooks until the end of the pipeline ===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Placeholders are declarations because definitions that look alike may be
// merged, and distinct symbols because the optimiser may select between two.
//
//===----------------------------------------------------------------------===//
#include "pass/Markers.h"
#include "pass/ArenaCheck.h"
#include "pass/LLVMCompat.h"

#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/ModRef.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace memscope {

namespace {

struct MarkerInfo {
  Marker Kind;
  const char *Name;
  const char *Hook;   ///< "" for none
  unsigned NumChecked; ///< arguments, from CheckedFrom, that may be in the arena
  unsigned CheckedFrom;
  bool DropsOld;      ///< the second of these is for the check only
};

constexpr MarkerInfo Infos[] = {
    {Marker::Bind, "memscope.bind", "__memscope_bind", 2, 0, true},
    {Marker::Store, "memscope.store", "__memscope_store", 2, 1, false},
    {Marker::Pass, "memscope.pass", "__memscope_pass", 1, 0, false},
    {Marker::Count, "memscope.count", "__memscope_count", 1, 0, false},
    {Marker::Keep, "memscope.keep", "", 0, 0, false},
};

} // namespace

void emitMarker(IRBuilder<> &B, Marker Kind, ArrayRef<Value *> Args) {
  const MarkerInfo &Info = Infos[static_cast<unsigned>(Kind)];
  Module &M = *B.GetInsertBlock()->getModule();
  Function *F = M.getFunction(Info.Name);
  if (!F) {
    SmallVector<llvm::Type *, 4> Types;
    for (Value *Arg : Args)
      Types.push_back(Arg->getType());
    F = Function::Create(FunctionType::get(B.getVoidTy(), Types, false),
                         GlobalValue::ExternalLinkage, Info.Name, M);
    F->setDoesNotThrow();
    F->addFnAttr(Attribute::WillReturn);
    F->addFnAttr(Attribute::NoCallback);
    // A store to a variable must be there when it is reported.
    if (Kind != Marker::Store) {
      F->setMemoryEffects(MemoryEffects::inaccessibleMemOnly());
      for (unsigned I = 0; I < Types.size(); ++I)
        if (Types[I]->isPointerTy())
          addNoCapture(*F, I);
    }
  }
  B.CreateCall(F, Args);
}

Constant *sitePlaceholder(Module &M, MDNode *Node) {
  auto *GV = new GlobalVariable(M, llvm::Type::getInt8Ty(M.getContext()), true,
                                GlobalValue::ExternalLinkage, nullptr,
                                "memscope.site");
  GV->setMetadata(CopyMDName, Node);
  return GV;
}

static void lowerMarker(CallInst &CI, const MarkerInfo &Info) {
  Module &M = *CI.getModule();
  SmallVector<Value *, 4> Args(CI.args());
  SmallVector<Value *, 2> Checked;
  for (unsigned I = 0; I < Info.NumChecked; ++I)
    Checked.push_back(Args[Info.CheckedFrom + I]);
  if (Info.DropsOld)
    Args.erase(Args.begin() + Info.CheckedFrom + 1);
  IRBuilder<> B(&CI);
  Value *Condition = anyInArena(B, Checked);
  auto *C = dyn_cast<ConstantInt>(Condition);
  if (Info.Hook[0] && !(C && C->isZero())) {
    MDNode *Unlikely = MDBuilder(M.getContext()).createUnlikelyBranchWeights();
    Instruction *Then = SplitBlockAndInsertIfThen(Condition, &CI, false, Unlikely);
    B.SetInsertPoint(Then);
    B.SetCurrentDebugLocation(CI.getDebugLoc());
    callHook(B, Info.Hook, Args)->addFnAttr(Attribute::Cold);
  }
  CI.eraseFromParent();
}

void lowerMarkers(Module &M, SiteTable &Table, SiteResolver &Sites,
                  SmallVectorImpl<Function *> &Changed) {
  for (const MarkerInfo &Info : Infos) {
    Function *F = M.getFunction(Info.Name);
    if (!F)
      continue;
    for (User *U : make_early_inc_range(F->users())) {
      auto *CI = cast<CallInst>(U);
      Changed.push_back(CI->getFunction());
      lowerMarker(*CI, Info);
    }
    F->eraseFromParent();
  }
  for (GlobalVariable &GV : make_early_inc_range(M.globals())) {
    const MDNode *Node = GV.getMetadata(CopyMDName);
    if (!Node)
      continue;
    if (const SiteInfo *Site = Sites.siteOf(Node); Site && !GV.use_empty())
      GV.replaceAllUsesWith(Table.addressOf(*Site));
    GV.eraseFromParent();
  }
}

} // namespace memscope
