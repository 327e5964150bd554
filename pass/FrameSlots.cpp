//===- FrameSlots.cpp - pointer slots in a function's frame, and their end -===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
//   before:  ret void
//   after:   %fp = call ptr @llvm.frameaddress.p0(i32 0)
//            %slots = load volatile i64, ptr (%tls + 32)
//            br (%slots >= ~%fp), label %hook, label %next            ; unlikely
//   hook:    call void @__memscope_frame(ptr %fp, ptr <record>) cold
//   next:    ret void
//
// A variable counts if a pointer is stored to it or its address gets to code that
// may store one. Scopes matter although the frame lives on: variables of two
// scopes share their bytes.
//
//===----------------------------------------------------------------------===//
#include "pass/FrameSlots.h"
#include "memscope/abi.h"
#include "pass/ArenaCheck.h"
#include "pass/PointerTypes.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#define DEBUG_TYPE "memscope-frames"

using namespace llvm;

STATISTIC(NumFrames, "Returns that end pointer slots");
STATISTIC(NumScopes, "Scope ends that end pointer slots");

namespace memscope {

/// Bounds the search for what happens to a variable's address; beyond it a
/// variable is taken to hold pointers.
static constexpr unsigned MaxUses = 1000;

GlobalVariable *tlsVariable(Module &M) {
  if (GlobalVariable *Tls = M.getGlobalVariable(MS_TLS_SYMBOL_NAME))
    return Tls;
  LLVMContext &Ctx = M.getContext();
  llvm::Type *Ptr = PointerType::get(Ctx, 0);
  return new GlobalVariable(
      M, StructType::get(Ctx, {Ptr, Ptr, Ptr, Ptr, llvm::Type::getInt64Ty(Ctx)}),
      false, GlobalValue::ExternalLinkage, nullptr, MS_TLS_SYMBOL_NAME, nullptr,
      GlobalValue::InitialExecTLSModel);
}

bool FrameSlots::holdsSlots(const AllocaInst &AI) {
  // Bound, not stored: it has no address; or the compiler's own.
  if (AI.hasMetadata(BindMDName) || AI.hasMetadata(CopyMDName))
    return false;
  const DataLayout &DL = M.getDataLayout();
  bool MayByType = mayHoldPointers(AI.getAllocatedType(), DL);
  SmallPtrSet<const Value *, 16> Seen{&AI};
  SmallVector<const Value *, 16> Work{&AI};
  unsigned NumUses = 0;
  while (!Work.empty()) {
    const Value *V = Work.pop_back_val();
    for (const User *U : V->users()) {
      if (++NumUses > MaxUses)
        return true;
      if (isa<GetElementPtrInst>(U) || isa<PHINode>(U) || isa<SelectInst>(U) ||
          isa<BitCastInst>(U) || isa<FreezeInst>(U)) {
        if (Seen.insert(U).second)
          Work.push_back(U);
      } else if (auto *SI = dyn_cast<StoreInst>(U)) {
        if (SI->getValueOperand() == V)
          return MayByType; // escapes
        const MDNode *N = SI->getMetadata(CopyMDName);
        if (N && !N->getNumOperands())
          continue; // the compiler's own
        SmallVector<PointerPart, 4> Parts;
        pointerParts(SI->getValueOperand()->getType(), DL, N != nullptr, Parts);
        if (!Parts.empty())
          return true;
      } else if (auto *II = dyn_cast<IntrinsicInst>(U)) {
        if (isa<AnyMemTransferInst>(II) && II->getArgOperand(0) == V && MayByType)
          return true;
      } else if (!isa<LoadInst>(U) && !isa<ICmpInst>(U) && MayByType) {
        return true; // a call, an atomic, an integer: out of sight
      }
    }
  }
  return false;
}

void FrameSlots::collect(Function &F) {
  HasSlots = false;
  Ends.clear();
  SmallPtrSet<const AllocaInst *, 16> Slots;
  SmallVector<CallBase *, 16> AllEnds;
  for (BasicBlock &BB : F)
    for (Instruction &I : BB) {
      if (auto *AI = dyn_cast<AllocaInst>(&I)) {
        if (holdsSlots(*AI))
          Slots.insert(AI);
      } else if (auto *II = dyn_cast<IntrinsicInst>(&I)) {
        if (II->getIntrinsicID() == Intrinsic::lifetime_end)
          AllEnds.push_back(II);
      }
    }
  HasSlots = !Slots.empty();
  for (CallBase *End : AllEnds) {
    // The size came first until LLVM 22.
    auto *AI = dyn_cast<AllocaInst>(
        End->getArgOperand(End->arg_size() - 1)->stripPointerCasts());
    if (AI && Slots.contains(AI) && AI->isStaticAlloca())
      Ends.push_back({End, AI});
  }
}

void FrameSlots::checkedCall(Instruction *Before, Value *Tls, Value *Highest,
                             StringRef Hook, ArrayRef<Value *> Args) {
  IRBuilder<> B(Before);
  MDNode *Unlikely = MDBuilder(M.getContext()).createUnlikelyBranchWeights();
  Instruction *Then = SplitBlockAndInsertIfThen(
      slotsAtOrBelow(B, Tls, Highest), Before, false, Unlikely);
  B.SetInsertPoint(Then);
  B.SetCurrentDebugLocation(Before->getDebugLoc());
  CallInst *Call = B.CreateCall(hook(M, Hook), Args);
  Call->addFnAttr(Attribute::NoUnwind);
  Call->addFnAttr(Attribute::Cold);
}

bool FrameSlots::lower(Function &F) {
  for (auto &[End, AI] : Ends) {
    const SiteInfo *Site = nullptr;
    if (const MDNode *N = End->getMetadata(CopyMDName))
      Site = Sites.siteOf(N);
    if (!Site) {
      auto Made = std::make_unique<SiteInfo>();
      locateSite(*Made, *End);
      Made->Kind = MS_SITE_SCOPE;
      Site = Sites.keep(std::move(Made));
    }
    uint64_t Size = AI->getAllocationSize(M.getDataLayout())->getFixedValue();
    if (Size == 0)
      continue;
    ++NumScopes;
    IRBuilder<> B(End);
    Value *Begin = const_cast<AllocaInst *>(AI);
    Value *Last = B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Begin, Size - 1);
    checkedCall(End, B.CreateThreadLocalAddress(tlsVariable(M)), Last,
                "__memscope_scope",
                {Begin, B.getInt64(Size), Table.addressOf(*Site)});
  }
  if (!HasSlots)
    return !Ends.empty();
  SmallVector<Instruction *, 8> Exits;
  for (BasicBlock &BB : F) {
    Instruction *End = BB.getTerminator();
    if (CallInst *Tail = BB.getTerminatingMustTailCall())
      Exits.push_back(Tail);
    else if (isa<ReturnInst>(End) || isa<ResumeInst>(End))
      Exits.push_back(End);
  }
  for (Instruction *Exit : Exits) {
    ++NumFrames;
    auto Site = std::make_unique<SiteInfo>();
    locateSite(*Site, *Exit);
    Site->Kind = MS_SITE_FRAME;
    IRBuilder<> B(Exit);
    Value *Frame = B.CreateIntrinsic(Intrinsic::frameaddress, {B.getPtrTy()},
                                     {B.getInt32(0)});
    checkedCall(Exit, B.CreateThreadLocalAddress(tlsVariable(M)), Frame,
                "__memscope_frame",
                {Frame, Table.addressOf(*Sites.keep(std::move(Site)))});
  }
  return true;
}

} // namespace memscope
