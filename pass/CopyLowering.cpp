//===- CopyLowering.cpp - pointer copies -> inlined checks and hook calls -===//
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
// A store that has lost its metadata (the optimiser made it out of others, or of
// a struct assignment) is found again by its place in the source; failing that,
// it gets a site without a path.
//
//===----------------------------------------------------------------------===//
#include "pass/CopyLowering.h"
#include "pass/ArenaCheck.h"
#include "pass/CopyFinder.h"
#include "pass/LLVMCompat.h"
#include "pass/PointerTypes.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#define DEBUG_TYPE "memscope-copies"

using namespace llvm;

STATISTIC(NumStores, "Pointer stores instrumented");
STATISTIC(NumWrites, "Memory copies and library calls instrumented");
STATISTIC(NumBindings, "Call results given a name");
STATISTIC(NumLostCopies, "Pointer stores without a place in the source");
STATISTIC(NumBlindCopies, "Pointer copies that could not be instrumented");

namespace memscope {

struct CopyLowering::Work {
  struct Store {
    Instruction *I; ///< or an atomic operation
    const SiteInfo *Site;
    StoreFacts Facts; ///< as long as blocks are whole
  };
  SmallVector<Store, 32> Stores;
  SmallVector<std::pair<CallBase *, const SiteInfo *>, 16> Writes;
  SmallVector<std::pair<CallBase *, const SiteInfo *>, 16> Bindings;
  bool isEmpty() const {
    return Stores.empty() && Writes.empty() && Bindings.empty();
  }
};

/// Is SITE, from the same place of the source as I, a store of the same macro to a variable that I
/// does not write to?
static bool isOfAnother(const Instruction &I, const SiteInfo &Site) {
  auto *SI = dyn_cast<StoreInst>(&I);
  return SI && (Site.Slot == MS_SLOT_LOCAL || Site.Slot == MS_SLOT_PARAM) &&
         !isa<AllocaInst>(SI->getPointerOperand()->stripInBoundsOffsets());
}

/// The site of I; null if nothing is to be recorded. MUSTHAVE: a pointer moves
/// for certain, so a site is made up if none is found.
const SiteInfo *CopyLowering::siteOf(Instruction &I, bool MustHave,
                                     unsigned Kind) {
  if (const MDNode *N = I.getMetadata(CopyMDName))
    return N->getNumOperands() ? Sites.siteOf(N) : nullptr;
  auto MayBe = [&](const SiteInfo &Site) { return MustHave || !isOfAnother(I, Site); };
  // An integer that is stored is mostly what became of a copied object.
  unsigned Likely = MustHave || !isa<StoreInst>(I) ? Kind : unsigned(MS_SITE_COPY);
  if (const SiteInfo *At = Sites.copyAt(I, Likely, MayBe))
    return At;
  if (!MustHave)
    return nullptr;
  ++NumLostCopies;
  auto Site = std::make_unique<SiteInfo>();
  locateSite(*Site, I);
  Site->Kind = Kind;
  return Sites.keep(std::move(Site));
}

/// Is ADDRESS in a variable that is bound instead, or in storage of the
/// compiler's own? The optimiser splits the latter and forgets what was noted.
bool CopyLowering::isInNoSlot(const Value *Address) {
  auto *AI = dyn_cast<AllocaInst>(Address->stripInBoundsOffsets());
  return AI && (AI->hasMetadata(BindMDName) || AI->hasMetadata(CopyMDName) ||
                (AI->getFunction()->getSubprogram() && !Vars.lookup(AI) &&
                 isUnseenStorage(*AI)));
}

/// Has the optimiser made CB of several stores of zero? What was a call in the source has a note. If
/// the first of them stored no pointer, no site is found at its place, and yet slots are cleared.
static bool isMadeOfStores(const CallBase &CB, const SiteResolver &Sites) {
  auto *MS = dyn_cast<MemSetInst>(&CB);
  const DILocation *Loc = CB.getDebugLoc();
  return MS && Loc && !MS->hasMetadata(CopyMDName) && isa<ConstantInt>(MS->getLength()) &&
         match(MS->getValue(), PatternMatch::m_Zero()) &&
         Sites.hasStores(Loc->getScope()->getSubprogram());
}

void CopyLowering::collect(Function &F, Work &W) {
  const DataLayout &DL = M.getDataLayout();
  for (BasicBlock &BB : F)
    for (Instruction &I : BB) {
      if (auto *SI = dyn_cast<StoreInst>(&I)) {
        SmallVector<PointerPart, 4> Parts;
        llvm::Type *Ty = SI->getValueOperand()->getType();
        bool IsListed = pointerParts(Ty, DL, false, Parts);
        if (!IsListed || (!Parts.empty() && SI->getPointerAddressSpace() != 0)) {
          ++NumBlindCopies;
          Stats.addBlind();
          continue;
        }
        bool HasPointer = !Parts.empty();
        // The optimiser copies small structs through integers.
        if (!HasPointer && (SI->getPointerAddressSpace() != 0 ||
                            !pointerParts(Ty, DL, true, Parts) || Parts.empty()))
          continue;
        if (isInNoSlot(SI->getPointerOperand()))
          continue;
        if (const SiteInfo *Site = siteOf(I, HasPointer, MS_SITE_STORE))
          W.Stores.push_back({&I, Site, factsOf(*SI)});
      } else if (isa<AtomicRMWInst>(I) || isa<AtomicCmpXchgInst>(I)) {
        if (I.getMetadata(CopyMDName))
          if (const SiteInfo *Site = siteOf(I, true, MS_SITE_STORE))
            W.Stores.push_back({&I, Site, {}});
      } else if (auto *CB = dyn_cast<CallBase>(&I)) {
        LibraryWrite Write = libraryWrite(*CB);
        if (Write && !isInNoSlot(Write.Dst)) {
          // The inliner copies a structure that is passed by value, at the call's place.
          bool IsMade = isa<IntrinsicInst>(I) &&
                        (!I.getDebugLoc() ||
                         isa<AllocaInst>(Write.Dst->stripInBoundsOffsets()));
          IsMade |= isMadeOfStores(*CB, Sites);
          if (const SiteInfo *Site = siteOf(I, IsMade, MS_SITE_COPY))
            W.Writes.push_back({CB, Site});
        }
        if (const MDNode *N = I.getMetadata(BindMDName))
          if (const SiteInfo *Site = Sites.siteOf(N))
            W.Bindings.push_back({CB, Site});
      }
    }
}

void CopyLowering::callIf(Value *Condition, Instruction *Before,
                          function_ref<void(IRBuilder<> &)> EmitCall) {
  if (auto *C = dyn_cast<ConstantInt>(Condition); C && C->isZero())
    return;
  MDNode *Unlikely = MDBuilder(M.getContext()).createUnlikelyBranchWeights();
  Instruction *Then =
      SplitBlockAndInsertIfThen(Condition, Before, false, Unlikely);
  IRBuilder<> B(Then);
  EmitCall(B);
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
  llvm::Type *Ty = V->getType();
  pointerParts(Ty, M.getDataLayout(), false, Parts);
  if (Parts.empty())
    pointerParts(Ty, M.getDataLayout(), true, Parts);
  ++NumStores;
  Stats.addStore(Site);

  bool IsKnown = Facts.Source || Facts.IsStep || isNeverHeap(V);
  if (!IsKnown && tellsAfterwards(SI, Opts)) {
    lowerPlainStore(SI, Site, Facts.IsFirst);
    return;
  }
  IRBuilder<> B(&SI);
  SmallVector<Value *, 4> Values;
  SmallVector<uint64_t, 4> Offsets;
  for (const PointerPart &Part : Parts) {
    Values.push_back(extractPart(B, V, Part));
    Offsets.push_back(Part.Offset);
  }
  SmallVector<const SiteInfo *, 4> PartSites = Sites.partsOf(Site, Offsets);
  Value *Condition = Facts.Source || Facts.IsStep ? B.getFalse() : anyInArena(B, Values);
  for (const PointerPart &Part : Parts) {
    if (Facts.Source)
      Condition = either(B, Condition, holdsArena(B, Facts.Source, Part.Offset));
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

/// An atomic store may not be looked at before it is done, but its slot's old value may.
void CopyLowering::lowerAtomicStore(StoreInst &SI, const SiteInfo &Site) {
  ++NumStores;
  Stats.addStore(Site);
  Value *Slot = SI.getPointerOperand(), *V = SI.getValueOperand();
  IRBuilder<> B(&SI);
  LoadInst *Old = ownAccess(
      B.CreateAlignedLoad(V->getType(), Slot, SI.getAlign(), "memscope.old"));
  Old->setAtomic(AtomicOrdering::Monotonic, SI.getSyncScopeID());
  Instruction *Next = SI.getNextNode();
  B.SetInsertPoint(Next);
  B.SetCurrentDebugLocation(SI.getDebugLoc());
  PointerPart Whole;
  Value *New = extractPart(B, V, Whole), *Before = extractPart(B, B.CreateFreeze(Old), Whole);
  callIf(anyInArena(B, {New, Before}), Next, [&](IRBuilder<> &Cold) {
    Cold.SetCurrentDebugLocation(SI.getDebugLoc());
    callHook(Cold, "__memscope_store", {Slot, New, Before, Table.addressOf(Site)})
        ->addFnAttr(Attribute::Cold);
  });
}

void CopyLowering::lowerAtomic(Instruction &I, const SiteInfo &Site) {
  ++NumStores;
  Stats.addStore(Site);
  Instruction *Next = I.getNextNode();
  IRBuilder<> B(Next);
  B.SetCurrentDebugLocation(I.getDebugLoc());
  auto AsPointer = [&B](Value *V) {
    return V->getType()->isPointerTy() ? V : B.CreateIntToPtr(V, B.getPtrTy());
  };
  Value *Slot, *New, *Old, *Done = nullptr;
  if (auto *RMW = dyn_cast<AtomicRMWInst>(&I)) {
    Slot = RMW->getPointerOperand();
    New = RMW->getValOperand();
    Old = &I;
    if (RMW->getOperation() == AtomicRMWInst::Add)
      New = B.CreateAdd(Old, New);
    else if (RMW->getOperation() == AtomicRMWInst::Sub)
      New = B.CreateSub(Old, New);
  } else {
    auto *CX = cast<AtomicCmpXchgInst>(&I);
    Slot = CX->getPointerOperand();
    New = CX->getNewValOperand();
    Old = B.CreateExtractValue(&I, 0);
    Done = B.CreateExtractValue(&I, 1);
  }
  New = AsPointer(New);
  Old = AsPointer(Old);
  Value *Condition = anyInArena(B, {New, Old});
  if (Done)
    Condition = B.CreateAnd(Condition, Done);
  callIf(Condition, Next, [&](IRBuilder<> &Cold) {
    Cold.SetCurrentDebugLocation(I.getDebugLoc());
    callHook(Cold, "__memscope_store", {Slot, New, Old, Table.addressOf(Site)})
        ->addFnAttr(Attribute::Cold);
  });
}

/// The first place after CB where its effects are there; null if there is none.
static Instruction *placeAfter(CallBase &CB) {
  if (auto *II = dyn_cast<InvokeInst>(&CB)) {
    BasicBlock *Next = II->getNormalDest();
    if (!Next->getSinglePredecessor())
      Next = SplitEdge(II->getParent(), Next);
    return &*Next->getFirstInsertionPt();
  }
  if (CB.isMustTailCall() || CB.isTerminator())
    return nullptr;
  return CB.getNextNode();
}

/// For a copy of a small structure: whether a word of it, or of what it overwrites, is in the
/// arena; null if the words cannot be told (length or alignment).
static Value *anyWordInArena(IRBuilder<> &B, CallBase &CB, const LibraryWrite &W,
                             const SiteInfo &Site) {
  constexpr uint64_t Most = 64; // bytes; beyond it the call costs less than the code
  auto *Length = dyn_cast<ConstantInt>(W.N);
  if (!Length || Length->getValue().ugt(Most))
    return nullptr;
  const DataLayout &DL = CB.getModule()->getDataLayout();
  Align Known = W.Dst->getPointerAlignment(DL);
  if (auto *MI = dyn_cast<MemIntrinsic>(&CB))
    Known = std::max(Known, MI->getDestAlign().valueOrOne());
  if (Known < Align(8))
    return nullptr;
  auto *GV = W.Src ? dyn_cast<GlobalVariable>(W.Src->stripInBoundsOffsets()) : nullptr;
  bool HasConstants = GV && GV->isConstant();
  Value *Any = B.getFalse();
  uint64_t Bytes = Length->getZExtValue();
  bool HasWholeObjects = Site.Words && Bytes % (8 * Site.Words) == 0;
  for (uint64_t At = 0; At + 8 <= Bytes; At += 8) {
    Any = either(B, Any, holdsArena(B, W.Dst, At));
    uint64_t Word = HasWholeObjects ? At / 8 % Site.Words : 0;
    bool MayHold = !HasWholeObjects || Word >= 32 || !(Site.NoPointers >> Word & 1);
    if (W.Src && !HasConstants && MayHold)
      Any = either(B, Any, holdsArena(B, W.Src, At));
  }
  return Any;
}

/// The sites of the stores that the optimiser made W of, a word each; empty if it did not.
SmallVector<const SiteInfo *, 4> CopyLowering::clearedWords(const LibraryWrite &W,
                                                            const SiteInfo &Site) {
  constexpr uint64_t Most = 64;
  auto *Length = dyn_cast<ConstantInt>(W.N);
  if (W.Src || Site.Kind != MS_SITE_STORE || !Length || Length->getValue().ugt(Most) ||
      Length->getZExtValue() % 8)
    return {};
  SmallVector<uint64_t, 8> Offsets;
  for (uint64_t At = 0; At < Length->getZExtValue(); At += 8)
    Offsets.push_back(At);
  SmallVector<const SiteInfo *, 4> Words = Sites.partsOf(Site, Offsets);
  if (all_equal(Words))
    Words.clear();
  return Words;
}

void CopyLowering::lowerWrite(CallBase &CB, const LibraryWrite &W,
                              const SiteInfo &Site) {
  ++NumWrites;
  Stats.addWrite(Site);
  IRBuilder<> B(&CB);
  Constant *Record = Table.addressOf(Site);
  if (W.Kind == LibraryWrite::Copy || W.Kind == LibraryWrite::Fill) {
    Value *N = B.CreateZExtOrTrunc(W.N, B.getInt64Ty());
    Value *Src = W.Src ? W.Src : ConstantPointerNull::get(B.getPtrTy());
    if (Value *Condition = anyWordInArena(B, CB, W, Site)) {
      SmallVector<const SiteInfo *, 4> Words = clearedWords(W, Site);
      callIf(Condition, &CB, [&](IRBuilder<> &Cold) {
        Cold.SetCurrentDebugLocation(CB.getDebugLoc());
        if (Words.empty())
          callHook(Cold, "__memscope_copy", {W.Dst, Src, N, Record})->addFnAttr(Attribute::Cold);
        for (size_t I = 0; I < Words.size(); ++I)
          callHook(Cold, "__memscope_copy",
                   {Cold.CreateConstInBoundsGEP1_64(Cold.getInt8Ty(), W.Dst, 8 * I), Src,
                    Cold.getInt64(8), Table.addressOf(*Words[I])})
              ->addFnAttr(Attribute::Cold);
      });
      return;
    }
    callHook(B, "__memscope_copy", {W.Dst, Src, N, Record});
    return;
  }
  if (W.Kind == LibraryWrite::Array) {
    // Elements that become null must not go on holding: all end, then begin again.
    if (Instruction *After = placeAfter(CB)) {
      Value *N = B.CreateMul(B.CreateZExtOrTrunc(W.N, B.getInt64Ty()),
                             B.CreateZExtOrTrunc(W.Size, B.getInt64Ty()));
      callHook(B, "__memscope_copy",
               {W.Dst, ConstantPointerNull::get(B.getPtrTy()), N, Record});
      B.SetInsertPoint(After);
      B.SetCurrentDebugLocation(CB.getDebugLoc());
      callHook(B, "__memscope_copy", {W.Dst, W.Dst, N, Record});
    }
    return;
  }
  // One slot, which may be null: then look at a null pointer of our own.
  GlobalVariable *Nothing = M.getGlobalVariable("memscope.null", true);
  if (!Nothing)
    Nothing = new GlobalVariable(M, B.getPtrTy(), true,
                                 GlobalValue::PrivateLinkage,
                                 ConstantPointerNull::get(B.getPtrTy()),
                                 "memscope.null");
  Value *Slot = W.Dst;
  if (!isa<AllocaInst>(Slot->stripInBoundsOffsets()))
    Slot = B.CreateSelect(B.CreateIsNull(Slot), Nothing, Slot);
  Value *Old = B.CreateFreeze(ownAccess(B.CreateLoad(B.getPtrTy(), Slot, "memscope.old")));
  Instruction *After = placeAfter(CB);
  if (!After)
    return;
  B.SetInsertPoint(After);
  B.SetCurrentDebugLocation(CB.getDebugLoc());
  Value *New = B.CreateFreeze(ownAccess(B.CreateLoad(B.getPtrTy(), Slot)));
  callIf(anyInArena(B, {New, Old}), After, [&](IRBuilder<> &Cold) {
    Cold.SetCurrentDebugLocation(CB.getDebugLoc());
    callHook(Cold, "__memscope_store", {Slot, New, Old, Record})->addFnAttr(Attribute::Cold);
  });
}

void CopyLowering::lowerBinding(CallBase &CB, const SiteInfo &Site) {
  // At -O0 the variable is in memory, and the store that follows tells as much.
  for (const User *U : CB.users())
    if (auto *SI = dyn_cast<StoreInst>(U))
      if (isa<AllocaInst>(SI->getPointerOperand()))
        return;
  Instruction *After = placeAfter(CB);
  if (!After || CB.use_empty())
    return;
  ++NumBindings;
  IRBuilder<> B(After);
  B.SetCurrentDebugLocation(CB.getDebugLoc());
  callIf(anyInArena(B, {&CB}), After, [&](IRBuilder<> &Cold) {
    Cold.SetCurrentDebugLocation(CB.getDebugLoc());
    callHook(Cold, "__memscope_bind", {&CB, Table.addressOf(Site)})->addFnAttr(Attribute::Cold);
  });
}

bool CopyLowering::run(Function &F) {
  Work W;
  collect(F, W);
  // Calls first: what follows a call must be found before blocks are split.
  for (auto &[CB, Site] : W.Writes)
    lowerWrite(*CB, libraryWrite(*CB), *Site);
  for (auto &[CB, Site] : W.Bindings)
    lowerBinding(*CB, *Site);
  for (auto &[I, Site, Facts] : W.Stores) {
    auto *SI = dyn_cast<StoreInst>(I);
    if (SI && SI->isAtomic())
      lowerAtomicStore(*SI, *Site);
    else if (SI)
      lowerStore(*SI, *Site, Facts);
    else
      lowerAtomic(*I, *Site);
  }
  if (!W.isEmpty())
    mergeArenaLoads(F);
  return !W.isEmpty();
}

} // namespace memscope
