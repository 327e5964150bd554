//===- StackAnchors.cpp - activations that the runtime can recognise ------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
//   define void @f() prefix <MS_ANCHOR_MARK> {
//   entry:   %fp = call ptr @llvm.frameaddress.p0(i32 0)
//            %at = and (lshr (ptrtoint %fp), 1), 504
//            store volatile i64 0, ptr (%tls + anchors + %at)
//
//===----------------------------------------------------------------------===//
#include "pass/StackAnchors.h"
#include "memscope/abi.h"
#include "pass/ArenaCheck.h"
#include "pass/FrameSlots.h"

#include "llvm/ADT/SCCIterator.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/BranchProbabilityInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

#define DEBUG_TYPE "memscope-instrument"

using namespace llvm;

STATISTIC(NumAnchors, "Functions that say when they begin");

namespace memscope {

/// A call that may come to an allocator; whoever does not free does not allocate, for nobody says so of malloc.
static bool mayAllocate(const CallBase &CB) {
  const Function *Callee = CB.getCalledFunction();
  return !isa<IntrinsicInst>(CB) && !CB.isInlineAsm() && !CB.onlyReadsMemory() &&
         !CB.doesNotReturn() && !CB.hasFnAttr(Attribute::NoFree) && !CB.hasFnAttr(Attribute::Cold) &&
         !(Callee && Callee->getName().starts_with("__memscope_"));
}

/// Is what stands before F's code F's own to decide?
static bool canBeMarked(const Function &F) {
  return !F.hasPrefixData() && !F.hasFnAttribute("patchable-function-prefix") &&
         !F.hasMetadata(LLVMContext::MD_kcfi_type) && !F.hasMetadata(LLVMContext::MD_func_sanitize);
}

/// Does F make two or more such calls in loops, by the optimiser's guess, each time it is called?
static bool allocatesInLoops(Function &F) {
  SmallVector<const BasicBlock *, 16> Calling;
  for (auto I = scc_begin(&F); !I.isAtEnd(); ++I)
    if (I.hasCycle())
      copy_if(*I, std::back_inserter(Calling), [](const BasicBlock *BB) {
        return any_of(*BB, [](const Instruction &Inst) {
          auto *CB = dyn_cast<CallBase>(&Inst);
          return CB && mayAllocate(*CB);
        });
      });
  if (Calling.empty())
    return false;
  DominatorTree Tree(F);
  LoopInfo Loops(Tree);
  BranchProbabilityInfo Branches(F, Loops);
  BlockFrequencyInfo Blocks(F, Branches, Loops);
  BlockFrequency Enough = Blocks.getBlockFreq(&F.getEntryBlock()), Calls(0);
  Enough += Enough;
  for (const BasicBlock *BB : Calling)
    Calls += Blocks.getBlockFreq(BB);
  return Calls >= Enough;
}

bool anchorAtEntry(Function &F) {
  static_assert(MS_ANCHORS == 64 && sizeof(ms_tls::anchors[0]) == 8 && MS_ANCHOR_OF(1u << 4) == 1,
                "the bits of the frame address that are used");
  if (!canBeMarked(F) || !allocatesInLoops(F))
    return false;
  ++NumAnchors;
  IRBuilder<> B(&*F.getEntryBlock().getFirstNonPHIOrDbgOrAlloca());
  B.SetCurrentDebugLocation(DebugLoc());
  Value *Frame = B.CreatePtrToInt(
      B.CreateIntrinsic(Intrinsic::frameaddress, {B.getPtrTy()}, {B.getInt32(0)}), B.getInt64Ty());
  Value *At = B.CreateAnd(B.CreateLShr(Frame, 1), (MS_ANCHORS - 1) * 8);
  Value *Anchors = B.CreateConstInBoundsGEP1_64(
      B.getInt8Ty(), B.CreateThreadLocalAddress(tlsVariable(*F.getParent())),
      offsetof(ms_tls, anchors));
  ownAccess(B.CreateStore(B.getInt64(0), B.CreateInBoundsGEP(B.getInt8Ty(), Anchors, At),
                          /*isVolatile=*/true));
  static const uint64_t Mark[] = {MS_ANCHOR_MARK};
  F.setPrefixData(ConstantDataArray::get(F.getContext(), Mark));
  return true;
}

} // namespace memscope
