//===- StoreLowering.cpp - stores and atomics -> checks and hook calls ----===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
//   before:  store ptr %v, ptr %slot, !memscope.copy !20
//   after:   br (what %slot holds is in the arena), label %held, label %store ; unlikely
//   held:    %was = load ptr, ptr %slot
//            store ptr %v, ptr %slot
//            call void @__memscope_store(ptr %slot, ptr %v, ptr %was, ptr <record of !20>)
//            br label %next
//   store:   store ptr %v, ptr %slot
//            br (what %slot holds is in the arena), label %hook, label %next ; unlikely
//   hook:    call void @__memscope_store(ptr %slot, ptr %v, ptr null, ptr <record of !20>)
//            br label %next
//   next:
//
// because a byte of %v in memory is cheaper to compare than one in a register. One call for both
// would be told by a register what the slot held, and code that calls nothing would set it. Where
// the register does not matter (%v was loaded a moment ago, is none of a block, is in the block
// that %old is in) and for a store of several pointers there is one branch, and the hook comes before
// the store.
//
// A number that takes the place of a pointer (in a union) is a store of null: it is only asked
// whether the slot holds a block.
//
//===----------------------------------------------------------------------===//
#include "pass/ArenaCheck.h"
#include "pass/CopyLowering.h"
#include "pass/LLVMCompat.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#define DEBUG_TYPE "memscope-copies"

using namespace llvm;

STATISTIC(NumStores, "Pointer stores instrumented");

namespace memscope {

/// The words of what SI stores that may be pointers; none if it is a number that takes the place of
/// one.
static void partsOfStore(const StoreInst &SI, SmallVectorImpl<PointerPart> &Parts) {
  for (Words Which : {Words::Pointers, Words::Integers, Words::Any})
    if (Parts.empty())
      pointerParts(SI.getValueOperand()->getType(), SI.getModule()->getDataLayout(), Which, Parts);
}

/// Is SI a store whose slot tells after it what has been stored? Shifting a register costs more
/// than comparing a byte in memory does on x86; Arm's compare shifts. An integer may be a
/// pointer with a tag in its upper bits, which only a register is asked about.
static bool tellsAfterwards(const StoreInst &SI, const Options &Opts) {
  return SI.isSimple() && SI.getValueOperand()->getType()->isPointerTy() &&
         Opts.L != Level::Check && tripleOf(*SI.getModule()).isX86();
}

/// A store of one pointer that is in a register.
void CopyLowering::lowerPlainStore(StoreInst &SI, const SiteInfo &Site, bool IsFirst) {
  Value *Slot = SI.getPointerOperand();
  Instruction *Next = SI.getNextNode();
  const SiteInfo *Part = Sites.partsOf(Site, uint64_t(0)).front();
  auto Call = [&](IRBuilder<> &B, Value *Old) {
    callHook(B, "__memscope_store", {Slot, SI.getValueOperand(), Old, Table.addressOf(*Part)})
        ->addFnAttr(Attribute::Cold);
  };
  IRBuilder<> B(&SI);
  Value *Held = IsFirst ? nullptr : holdsArena(B, Slot, 0);
  B.SetInsertPoint(Next);
  callIf(holdsArena(B, Slot, 0), Next, [&](IRBuilder<> &Cold) {
    Cold.SetCurrentDebugLocation(SI.getDebugLoc());
    Call(Cold, ConstantPointerNull::get(Cold.getPtrTy()));
    if (!Held)
      return;
    BasicBlock *After = Cold.GetInsertBlock()->getSingleSuccessor();
    Instruction *Jump = SplitBlockAndInsertIfThen(
        Held, &SI, false, MDBuilder(M.getContext()).createUnlikelyBranchWeights());
    IRBuilder<> WasHeld(Jump);
    WasHeld.SetCurrentDebugLocation(SI.getDebugLoc());
    Value *Was = WasHeld.CreateFreeze(ownAccess(
        WasHeld.CreateAlignedLoad(WasHeld.getPtrTy(), Slot, SI.getAlign(), "memscope.old")));
    WasHeld.Insert(SI.clone());
    Call(WasHeld, Was);
    Jump->setSuccessor(0, After);
  });
}

void CopyLowering::lowerStore(StoreInst &SI, const SiteInfo &Site, const StoreFacts &Facts) {
  SmallVector<PointerPart, 4> Parts;
  Value *V = SI.getValueOperand(), *Slot = SI.getPointerOperand();
  partsOfStore(SI, Parts);
  ++NumStores;
  Stats.addStore(Site);

  bool IsNumber = Parts.empty();
  if (IsNumber) // an end, whatever is left of the pointer's bytes
    Parts.push_back(PointerPart());
  Value *Source = IsNumber ? nullptr : Facts.Source;
  bool IsKnown = Source || Facts.IsStep || isNeverHeap(V);
  if (!IsKnown && tellsAfterwards(SI, Opts)) {
    lowerPlainStore(SI, Site, Facts.IsFirst);
    return;
  }
  IRBuilder<> B(&SI);
  SmallVector<Value *, 4> Values;
  SmallVector<uint64_t, 4> Offsets;
  for (const PointerPart &Part : Parts) {
    Values.push_back(IsNumber ? ConstantPointerNull::get(B.getPtrTy()) : extractPart(B, V, Part));
    Offsets.push_back(Part.Offset);
  }
  SmallVector<const SiteInfo *, 4> PartSites = Sites.partsOf(Site, Offsets);
  Value *Condition = Source || Facts.IsStep ? B.getFalse() : anyInArena(B, Values);
  for (const PointerPart &Part : Parts) {
    if (Source)
      Condition = either(B, Condition, holdsArena(B, Source, Part.Offset));
    if (!Facts.IsFirst)
      Condition = either(B, Condition, holdsArena(B, Slot, Part.Offset));
  }
  callIf(Condition, &SI, [&](IRBuilder<> &Cold) {
    Cold.SetCurrentDebugLocation(SI.getDebugLoc());
    for (size_t I = 0; I < Parts.size(); ++I) {
      uint64_t Offset = Parts[I].Offset;
      Value *At =
          Offset ? Cold.CreateConstInBoundsGEP1_64(Cold.getInt8Ty(), Slot, Offset) : Slot;
      Value *Old = ConstantPointerNull::get(Cold.getPtrTy());
      if (!Facts.IsFirst)
        Old = Cold.CreateFreeze(ownAccess(Cold.CreateAlignedLoad(
            Cold.getPtrTy(), At, commonAlignment(SI.getAlign(), Offset), "memscope.old")));
      callHook(Cold, "__memscope_store", {At, Values[I], Old, Table.addressOf(*PartSites[I])})
          ->addFnAttr(Attribute::Cold);
    }
  });
}

/// Calls the hook if one of the PARTS of NEW or of OLD is in the arena, and DONE (unless null) is true.
void CopyLowering::recordParts(IRBuilder<> &B, Value *Slot, ArrayRef<PointerPart> Parts,
                               ArrayRef<Value *> New, ArrayRef<Value *> Old, Value *Done,
                               Instruction &Next, const Instruction &At, const SiteInfo &Site) {
  SmallVector<Value *, 8> All(New);
  SmallVector<uint64_t, 4> Offsets;
  All.append(Old.begin(), Old.end());
  for (const PointerPart &Part : Parts)
    Offsets.push_back(Part.Offset);
  Value *Condition = anyInArena(B, All);
  if (Done)
    Condition = B.CreateAnd(Condition, Done);
  SmallVector<const SiteInfo *, 4> PartSites = Sites.partsOf(Site, Offsets);
  callIf(Condition, &Next, [&](IRBuilder<> &Cold) {
    Cold.SetCurrentDebugLocation(At.getDebugLoc());
    for (size_t I = 0; I < Parts.size(); ++I) {
      Value *Place = Offsets[I]
                         ? Cold.CreateConstInBoundsGEP1_64(Cold.getInt8Ty(), Slot, Offsets[I])
                         : Slot;
      callHook(Cold, "__memscope_store", {Place, New[I], Old[I], Table.addressOf(*PartSites[I])})
          ->addFnAttr(Attribute::Cold);
    }
  });
}

/// An atomic store may not be looked at before it is done, but its slot's old value may.
void CopyLowering::lowerAtomicStore(StoreInst &SI, const SiteInfo &Site) {
  SmallVector<PointerPart, 4> Parts;
  partsOfStore(SI, Parts);
  if (Parts.empty())
    return;
  ++NumStores;
  Stats.addStore(Site);
  Value *Slot = SI.getPointerOperand(), *V = SI.getValueOperand();
  IRBuilder<> B(&SI);
  SmallVector<Value *, 2> New, Old;
  for (const PointerPart &Part : Parts) {
    Value *At = Part.Offset
                    ? B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Slot, Part.Offset)
                    : Slot;
    LoadInst *Was = ownAccess(B.CreateAlignedLoad(
        B.getPtrTy(), At, commonAlignment(SI.getAlign(), Part.Offset), "memscope.old"));
    Was->setAtomic(AtomicOrdering::Monotonic, SI.getSyncScopeID());
    Old.push_back(Was);
  }
  Instruction *Next = SI.getNextNode();
  B.SetInsertPoint(Next);
  B.SetCurrentDebugLocation(SI.getDebugLoc());
  for (size_t I = 0; I < Parts.size(); ++I) {
    New.push_back(extractPart(B, V, Parts[I]));
    Old[I] = B.CreateFreeze(Old[I]);
  }
  recordParts(B, Slot, Parts, New, Old, nullptr, *Next, SI, Site);
}

void CopyLowering::lowerAtomic(Instruction &I, const SiteInfo &Site) {
  ++NumStores;
  Stats.addStore(Site);
  Instruction *Next = I.getNextNode();
  IRBuilder<> B(Next);
  B.SetCurrentDebugLocation(I.getDebugLoc());
  Value *Slot, *New, *Old, *Done = nullptr;
  if (auto *RMW = dyn_cast<AtomicRMWInst>(&I)) {
    Slot = RMW->getPointerOperand();
    New = RMW->getValOperand();
    Old = &I;
    if (std::optional<Instruction::BinaryOps> Op = operationOf(*RMW))
      New = B.CreateBinOp(*Op, Old, New);
  } else {
    auto *CX = cast<AtomicCmpXchgInst>(&I);
    Slot = CX->getPointerOperand();
    New = CX->getNewValOperand();
    Old = B.CreateExtractValue(&I, 0);
    Done = B.CreateExtractValue(&I, 1);
  }
  SmallVector<PointerPart, 4> Parts;
  pointerParts(New->getType(), M.getDataLayout(), Words::Any, Parts);
  SmallVector<Value *, 2> NewParts, OldParts;
  for (const PointerPart &Part : Parts) {
    NewParts.push_back(extractPart(B, New, Part));
    OldParts.push_back(extractPart(B, Old, Part));
  }
  recordParts(B, Slot, Parts, NewParts, OldParts, Done, *Next, I, Site);
}

/// Lanes that are not stored count as null pointers before and after, which no hook minds.
void CopyLowering::lowerMaskedStore(CallBase &CB, const SiteInfo &Site) {
  ++NumStores;
  Stats.addStore(Site);
  Value *V = CB.getArgOperand(0), *Slot = CB.getArgOperand(1);
  Value *Mask = CB.getArgOperand(CB.arg_size() - 1), *Nothing = Constant::getNullValue(V->getType());
  IRBuilder<> B(&CB);
  Value *Was = B.CreateFreeze(ownAccess(
      B.CreateMaskedLoad(V->getType(), Slot, Align(8), Mask, Nothing, "memscope.old")));
  V = B.CreateSelect(Mask, V, Nothing);
  SmallVector<PointerPart, 4> Parts;
  pointerParts(V->getType(), M.getDataLayout(), Words::Integers, Parts);
  SmallVector<Value *, 4> New, Old;
  for (const PointerPart &Part : Parts) {
    New.push_back(extractPart(B, V, Part));
    Old.push_back(extractPart(B, Was, Part));
  }
  recordParts(B, Slot, Parts, New, Old, nullptr, CB, CB, Site);
}

} // namespace memscope
