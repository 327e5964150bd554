//===- CopySource.cpp - where a copied pointer came from ------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Every variable is still an alloca here, so "read again" is a search over the
// control flow from the copy for a load of the alloca with no store to it in
// between. A variable whose address is taken may be read anywhere: not known.
//
//===----------------------------------------------------------------------===//
#include "pass/CopySource.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace memscope {

static constexpr unsigned MaxDepth = 8;
/// Bounds the search in functions of machine-made size: then it is not known.
static constexpr unsigned MaxBlocks = 2000;

enum class Use { Live, Dead, Unknown };

/// Is VARIABLE read after AT, before it gets another value?
static Use useAfter(const Instruction &At, const AllocaInst *Variable) {
  SmallPtrSet<const BasicBlock *, 32> Seen;
  SmallVector<const Instruction *, 16> Work{At.getNextNode()};
  while (!Work.empty()) {
    if (Seen.size() > MaxBlocks)
      return Use::Unknown;
    bool Killed = false;
    const Instruction *Last = nullptr;
    for (const Instruction *I = Work.pop_back_val(); I && !Killed;
         I = I->getNextNode()) {
      Last = I;
      if (auto *LI = dyn_cast<LoadInst>(I)) {
        // Level full's own loads carry the metadata: no source line reads there.
        if (LI->getPointerOperand() == Variable && !LI->hasMetadata(CopyMDName))
          return Use::Live;
      } else if (auto *SI = dyn_cast<StoreInst>(I)) {
        Killed = SI->getPointerOperand() == Variable;
      }
    }
    if (!Killed && Last && Last->isTerminator())
      for (const BasicBlock *Next : successors(Last->getParent()))
        if (Seen.insert(Next).second)
          Work.push_back(&Next->front());
  }
  return Use::Dead;
}

bool isPrivateVariable(const AllocaInst *Variable) {
  return all_of(Variable->users(), [Variable](const User *U) {
    if (auto *LI = dyn_cast<LoadInst>(U))
      return LI->isSimple();
    if (auto *SI = dyn_cast<StoreInst>(U))
      return SI->isSimple() && SI->getValueOperand() != Variable;
    auto *II = dyn_cast<IntrinsicInst>(U);
    return II && II->isLifetimeStartOrEnd();
  });
}

bool CopySource::isPrivate(const AllocaInst *Variable) {
  auto [It, IsNew] = Private.try_emplace(Variable, true);
  if (IsNew)
    It->second = isPrivateVariable(Variable);
  return It->second;
}

const Value *onlyStoredValue(const Value *Storage) {
  const Value *Stored = nullptr;
  for (const User *U : Storage->users())
    if (auto *SI = dyn_cast<StoreInst>(U); SI && SI->getPointerOperand() == Storage) {
      if (Stored)
        return nullptr;
      Stored = SI->getValueOperand();
    }
  return Stored;
}

CopySource::Origin CopySource::originOf(const Value *V, unsigned Depth) {
  Origin O;
  if (Depth > MaxDepth)
    return O;
  const Value *Given = V;
  V = stripCasts(V);
  bool WasInteger = Given->getType()->isPointerTy() &&
                    !V->getType()->isPointerTy() && !isa<CallBase>(V);
  if (isa<ConstantPointerNull>(V)) {
    O.Slot = MS_SLOT_NULL;
    return O;
  }
  if (isa<ConstantInt>(V)) {
    O.Slot = MS_SLOT_INTEGER;
    return O;
  }
  if (auto *GEP = dyn_cast<GEPOperator>(V)) {
    const Value *Base = stripCasts(GEP->getPointerOperand());
    while (auto *Inner = dyn_cast<GEPOperator>(Base))
      Base = stripCasts(Inner->getPointerOperand());
    if (!isa<AllocaInst>(Base) && !isa<GlobalValue>(Base)) {
      O = originOf(GEP->getPointerOperand(), Depth + 1);
      O.Offset |= !GEP->hasAllZeroIndices();
      return O;
    }
  }
  if (isa<GEPOperator>(V) || isa<AllocaInst>(V) || isa<GlobalValue>(V)) {
    ValuePath P = Paths.pathOf(V);
    O.Text = isa<Function>(V) && P ? "&" + P.Text : P.spelling();
    O.Slot = MS_SLOT_ADDRESS;
    return O;
  }
  if (auto *LI = dyn_cast<LoadInst>(V)) {
    const Value *Address = stripCasts(LI->getPointerOperand());
    if (Paths.isUnnamedStorage(Address))
      if (const Value *Stored = onlyStoredValue(Address))
        return originOf(Stored, Depth + 1);
    ValuePath P = Paths.pathOf(LI);
    O.Text = P.Text;
    O.Slot = P.Slot;
    if (!Paths.isUnnamedStorage(Address))
      O.Variable = dyn_cast<AllocaInst>(Address);
    if (WasInteger)
      O.Slot = MS_SLOT_INTEGER;
    return O;
  }
  if (auto *CB = dyn_cast<CallBase>(V)) {
    if (const Value *Same = CB->getReturnedArgOperand())
      return originOf(Same, Depth + 1);
    if (!CB->isInlineAsm()) {
      O.Text = Paths.calleeName(*CB);
      O.Slot = MS_SLOT_CALL;
    }
    return O;
  }
  if (isa<PHINode>(V) || isa<SelectInst>(V)) {
    auto *U = cast<User>(V);
    for (unsigned I = isa<SelectInst>(V) ? 1 : 0; I < U->getNumOperands(); ++I) {
      Origin In = originOf(U->getOperand(I), Depth + 3);
      if (In.Slot != MS_SLOT_NONE && In.Slot != MS_SLOT_NULL) {
        In.Variable = nullptr; // on one path only
        return In;
      }
    }
    return O;
  }
  if (auto *EV = dyn_cast<ExtractValueInst>(V))
    return originOf(EV->getAggregateOperand(), Depth + 1);
  if (auto *BO = dyn_cast<BinaryOperator>(V)) { // tagged or aligned pointers
    O = originOf(BO->getOperand(0), Depth + 1);
    O.Offset = true;
    return O;
  }
  return O;
}

void CopySource::describe(SiteInfo &Site, const Value *V, const Instruction &At,
                          const Value *Target) {
  Origin O = originOf(V, 0);
  bool HasNames = !(Site.Flags & MS_SITE_F_NO_DEBUG);
  if (HasNames || O.Slot == MS_SLOT_CALL)
    Site.Src = O.Text;
  Site.SrcSlot = O.Slot;
  if (O.Offset)
    Site.Flags |= MS_SITE_F_OFFSET;
  if (!O.Variable || !isPrivate(O.Variable))
    return;
  Use After = O.Variable == Target ? Use::Dead : useAfter(At, O.Variable);
  if (After == Use::Dead)
    Site.Flags |= MS_SITE_F_SRC_DEAD;
  else if (After == Use::Live)
    Site.Flags |= MS_SITE_F_SRC_LIVE;
}

} // namespace memscope
