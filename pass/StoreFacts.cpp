//===- StoreFacts.cpp - what of a pointer store need not be looked at -----===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Nothing here asks an alias analysis: what may be written to by anything in
// between is not known any more.
//
//===----------------------------------------------------------------------===//
#include "pass/StoreFacts.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallSet.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

#include <optional>

using namespace llvm;

namespace memscope {

static constexpr unsigned Far = 32;       ///< instructions
static constexpr unsigned MaxBlocks = 64; ///< of a search

/// Bytes at a constant distance from something.
struct Bytes {
  const Value *Base;
  int64_t Begin, End;
  bool operator==(const Bytes &O) const {
    return Base == O.Base && Begin == O.Begin && End == O.End;
  }
};

/// What is at ADDRESS if an object of type TY is; empty if the size is not constant.
static std::optional<Bytes> bytesAt(const Value *Address, Type *Ty, const DataLayout &DL) {
  TypeSize Size = DL.getTypeStoreSize(Ty);
  if (Size.isScalable())
    return std::nullopt;
  APInt Offset(DL.getIndexTypeSizeInBits(Address->getType()), 0);
  const Value *Base =
      Address->stripAndAccumulateConstantOffsets(DL, Offset, /*AllowNonInbounds=*/true);
  int64_t Begin = Offset.getSExtValue();
  return Bytes{Base, Begin, Begin + static_cast<int64_t>(Size.getFixedValue())};
}

/// What SI writes to.
static std::optional<Bytes> bytesOf(const StoreInst &SI, const DataLayout &DL) {
  return bytesAt(SI.getPointerOperand(), SI.getValueOperand()->getType(), DL);
}

/// May I write to a part of B?
static bool mayWriteTo(const Instruction &I, const Bytes &B, const DataLayout &DL) {
  if (!I.mayWriteToMemory())
    return false;
  auto *SI = dyn_cast<StoreInst>(&I);
  std::optional<Bytes> To = SI && SI->isSimple() ? bytesOf(*SI, DL) : std::nullopt;
  return !To || To->Base != B.Base || (To->Begin < B.End && B.Begin < To->End);
}

/// Is what LI loaded still there when SI is reached?
static bool isStillThere(const LoadInst &LI, const StoreInst &SI, const DataLayout &DL) {
  if (!LI.isSimple() || LI.getPointerAddressSpace() != 0 || LI.getParent() != SI.getParent())
    return false;
  std::optional<Bytes> From = bytesAt(LI.getPointerOperand(), LI.getType(), DL);
  unsigned Distance = 0;
  for (const Instruction *I = LI.getNextNode(); From && I != &SI; I = I->getNextNode())
    if (!I || ++Distance > Far || mayWriteTo(*I, *From, DL))
      return false;
  return From.has_value();
}

/// The pointer that V was made of by steps that do not leave its block.
static const Value *originOf(const Value *V) {
  while (auto *GEP = dyn_cast<GEPOperator>(V)) {
    if (!GEP->isInBounds())
      break;
    V = GEP->getPointerOperand();
  }
  return V;
}

namespace {

/// Proves that a slot holds a pointer made of a certain one: backwards on all paths to the last load
/// or store of it. Where paths meet that are proven already nothing is left to do, so loops end.
class StepProof {
public:
  StepProof(const Bytes &Slot, const DataLayout &DL) : Slot(Slot), DL(DL) {}

  bool holds(const Instruction *Before, const BasicBlock *BB, const Value *Origin);

private:
  enum class Says { Nothing, Yes, No };
  Says ask(const Instruction &I, const Value *Origin) const;
  bool isDefinedAtStart(const BasicBlock *BB, const Value *V) const {
    auto *Phi = dyn_cast<PHINode>(V);
    return Phi && Phi->getParent() == BB;
  }

  const Bytes &Slot;
  const DataLayout &DL;
  unsigned Looked = 0;
  SmallVector<std::pair<const BasicBlock *, const Value *>, 8> Ends;
  SmallSet<std::pair<const BasicBlock *, const Value *>, 16> Seen;
};

StepProof::Says StepProof::ask(const Instruction &I, const Value *Origin) const {
  if (auto *SI = dyn_cast<StoreInst>(&I); SI && SI->isSimple()) {
    std::optional<Bytes> To = bytesOf(*SI, DL);
    if (To && *To == Slot)
      return originOf(SI->getValueOperand()) == Origin ? Says::Yes : Says::No;
  }
  if (auto *LI = dyn_cast<LoadInst>(&I); LI && LI == Origin && LI->isSimple()) {
    std::optional<Bytes> From = bytesAt(LI->getPointerOperand(), LI->getType(), DL);
    return From && *From == Slot ? Says::Yes : Says::No;
  }
  if (&I == Origin || &I == Slot.Base || mayWriteTo(I, Slot, DL))
    return Says::No;
  return Says::Nothing;
}

bool StepProof::holds(const Instruction *Before, const BasicBlock *BB, const Value *Origin) {
  constexpr unsigned Most = 256; // instructions
  for (;;) {
    Says Answer = Says::Nothing;
    for (; Before && !isa<PHINode>(Before) && Answer == Says::Nothing;
         Before = Before->getPrevNode())
      if ((Answer = ask(*Before, Origin)) == Says::No || ++Looked > Most)
        return false;
    if (Answer == Says::Nothing) {
      if (pred_empty(BB) || isDefinedAtStart(BB, Slot.Base))
        return false;
      for (const BasicBlock *Pred : predecessors(BB)) {
        const Value *There = Origin;
        if (isDefinedAtStart(BB, Origin))
          There = originOf(cast<PHINode>(Origin)->getIncomingValueForBlock(Pred));
        if (Seen.insert({Pred, There}).second)
          Ends.push_back({Pred, There});
      }
    }
    if (Ends.empty())
      return true;
    std::tie(BB, Origin) = Ends.pop_back_val();
    Before = BB->getTerminator();
  }
}

} // namespace

/// Is what SI stores an address in the block that the slot points into? Then both are in the arena or
/// none is: no block begins or ends where a generation does.
static bool isStep(const StoreInst &SI, const DataLayout &DL) {
  const Value *V = SI.getValueOperand(), *Origin = originOf(V);
  std::optional<Bytes> Slot = bytesOf(SI, DL);
  return Slot && V->getType()->isPointerTy() && !isa<Constant>(Origin) &&
         StepProof(*Slot, DL).holds(SI.getPrevNode(), SI.getParent(), Origin);
}

/// The instructions that may have given the bytes of AI that SI writes to a value, SI among
/// them; false if they are too many.
static bool collectWriters(const AllocaInst &AI, const StoreInst &SI, const DataLayout &DL,
                           SmallPtrSetImpl<const Instruction *> &Writers) {
  constexpr unsigned Most = 64;
  std::optional<Bytes> Slot = bytesOf(SI, DL);
  if (!Slot)
    return false;
  SmallVector<const Value *, 8> Work{&AI};
  unsigned Uses = 0;
  while (!Work.empty()) {
    const Value *V = Work.pop_back_val();
    for (const User *U : V->users()) {
      auto *I = dyn_cast<Instruction>(U);
      if (!I || ++Uses > Most)
        return false;
      if (isa<GetElementPtrInst>(I)) {
        Work.push_back(I);
        continue;
      }
      auto *II = dyn_cast<IntrinsicInst>(I);
      if (isa<LoadInst>(I) || (II && II->isLifetimeStartOrEnd()))
        continue;
      auto *Store = dyn_cast<StoreInst>(I);
      if (!Store || Store->getValueOperand() == V || mayWriteTo(*Store, *Slot, DL))
        Writers.insert(I);
    }
  }
  return true;
}

/// Is SI the first to give the variable that it writes to a value? Then what the slot holds is left
/// over from another function, whose slots have ended.
static bool isFirst(const StoreInst &SI, const DataLayout &DL) {
  auto *AI = dyn_cast<AllocaInst>(SI.getPointerOperand()->stripInBoundsConstantOffsets());
  SmallPtrSet<const Instruction *, 16> Writers;
  if (!AI || !AI->isStaticAlloca() || !collectWriters(*AI, SI, DL, Writers))
    return false;
  SmallPtrSet<const BasicBlock *, 16> Seen;
  // Backwards, up to the function's entry; SI itself, in a loop, comes again.
  for (const Instruction *I = SI.getPrevNode(); I; I = I->getPrevNode())
    if (Writers.contains(I))
      return false;
  SmallVector<const BasicBlock *, 16> Blocks(predecessors(SI.getParent()));
  while (!Blocks.empty()) {
    const BasicBlock *BB = Blocks.pop_back_val();
    if (!Seen.insert(BB).second)
      continue;
    if (Seen.size() > MaxBlocks)
      return false;
    for (const Instruction &I : *BB)
      if (Writers.contains(&I))
        return false;
    Blocks.append(pred_begin(BB), pred_end(BB));
  }
  return !SI.getFunction()->callsFunctionThatReturnsTwice(); // then SI may come again after all
}

StoreFacts factsOf(const StoreInst &SI) {
  const DataLayout &DL = SI.getModule()->getDataLayout();
  StoreFacts Facts;
  const Value *V = SI.getValueOperand();
  if (auto *LI = dyn_cast<LoadInst>(V); LI && isStillThere(*LI, SI, DL))
    Facts.Source = const_cast<Value *>(LI->getPointerOperand());
  Facts.IsStep = isStep(SI, DL);
  Facts.IsFirst = !Facts.IsStep && isFirst(SI, DL);
  return Facts;
}

} // namespace memscope
