//===- CopyLowering.cpp - pointer copies -> checks and hook calls ---------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
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
#include "llvm/IR/Operator.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#define DEBUG_TYPE "memscope-copies"

using namespace llvm;

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
  SmallVector<std::pair<CallBase *, const SiteInfo *>, 4> Masked;
  bool isEmpty() const {
    return Stores.empty() && Writes.empty() && Bindings.empty() && Masked.empty();
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
         Sites.putsPointers(Loc->getScope()->getSubprogram());
}

/// Has the optimiser made SI, which stores no pointer by its type, of stores in both branches of a
/// condition? They were a pointer's and a number's, or those of two copied unions, or of two numbers that
/// each end a pointer; their notes are gone, and the lines or columns in which they differed. Where pointers
/// are stored to memory at all, it is looked at: a slot that holds nothing costs a comparison.
static bool isMadeOfBoth(const StoreInst &SI, const SiteResolver &Sites) {
  const Value *V = SI.getValueOperand();
  const DILocation *Loc = SI.getDebugLoc();
  if (SI.hasMetadata(CopyMDName) || SI.getPointerAddressSpace() != 0 ||
      !(V->getType()->isIntegerTy(64) || V->getType()->isDoubleTy()))
    return false;
  auto IsPointer = [](const Value *Part) { return isa<PtrToIntOperator>(Part); };
  if (IsPointer(V)) // of the one branch that is left
    return true;
  if ((isa<PHINode>(V) || isa<SelectInst>(V)) && any_of(cast<Instruction>(V)->operand_values(), IsPointer))
    return true;
  return Loc && (Loc->getLine() == 0 || Loc->getColumn() == 0) && Sites.putsPointers(Loc->getScope()->getSubprogram());
}

/// May SI, which stores no pointer by its type, be one that has a site?
static bool mayHaveSite(const StoreInst &SI) {
  SmallVector<PointerPart, 4> Parts;
  llvm::Type *Ty = SI.getValueOperand()->getType();
  return SI.hasMetadata(CopyMDName) || Ty->isIntegerTy(128) || Ty->isDoubleTy() ||
         (pointerParts(Ty, SI.getModule()->getDataLayout(), Words::Integers, Parts) &&
          !Parts.empty());
}

/// The vector of pointers, or of integers as wide, that masked store II stores lanes of.
static FixedVectorType *maskedWords(const IntrinsicInst &II) {
  auto *VT = dyn_cast<FixedVectorType>(II.getArgOperand(0)->getType());
  SmallVector<PointerPart, 4> Parts;
  return VT && II.getArgOperand(1)->getType()->getPointerAddressSpace() == 0 &&
                 pointerParts(VT, II.getModule()->getDataLayout(), Words::Integers, Parts) &&
                 !Parts.empty()
             ? VT
             : nullptr;
}

/// Does II store pointers in a way that is not followed?
static bool isBlindStore(const IntrinsicInst &II) {
  switch (II.getIntrinsicID()) {
  case Intrinsic::masked_store:
  case Intrinsic::masked_scatter:
  case Intrinsic::masked_compressstore:
  case Intrinsic::vp_store:
  case Intrinsic::vp_scatter:
  case Intrinsic::experimental_vp_strided_store:
    return II.getArgOperand(0)->getType()->isPtrOrPtrVectorTy();
  default:
    return false;
  }
}

void CopyLowering::collectCall(CallBase &CB, Work &W) {
  if (auto *II = dyn_cast<IntrinsicInst>(&CB)) {
    FixedVectorType *VT =
        II->getIntrinsicID() == Intrinsic::masked_store ? maskedWords(*II) : nullptr;
    if (VT && !isInNoSlot(II->getArgOperand(1))) {
      if (const SiteInfo *Site = siteOf(CB, VT->isPtrOrPtrVectorTy(), MS_SITE_STORE))
        W.Masked.push_back({&CB, Site});
      return;
    }
    if (!VT && isBlindStore(*II)) {
      ++NumBlindCopies;
      Stats.addBlind();
      return;
    }
  }
  LibraryWrite Write = libraryWrite(CB);
  if (Write && !isInNoSlot(Write.Dst)) {
    // The inliner copies a structure that is passed by value, at the call's place.
    bool IsMade = isa<IntrinsicInst>(CB) &&
                  (!CB.getDebugLoc() || isa<AllocaInst>(Write.Dst->stripInBoundsOffsets()) ||
                   isMadeOfStores(CB, Sites));
    if (const SiteInfo *Site = siteOf(CB, IsMade, MS_SITE_COPY))
      W.Writes.push_back({&CB, Site});
  }
  if (const MDNode *N = CB.getMetadata(BindMDName))
    if (const SiteInfo *Site = Sites.siteOf(N))
      W.Bindings.push_back({&CB, Site});
}

void CopyLowering::collect(Function &F, Work &W) {
  const DataLayout &DL = M.getDataLayout();
  for (BasicBlock &BB : F)
    for (Instruction &I : BB) {
      if (auto *SI = dyn_cast<StoreInst>(&I)) {
        SmallVector<PointerPart, 4> Parts;
        llvm::Type *Ty = SI->getValueOperand()->getType();
        bool IsListed = pointerParts(Ty, DL, Words::Pointers, Parts);
        if (!IsListed || (!Parts.empty() && SI->getPointerAddressSpace() != 0)) {
          ++NumBlindCopies;
          Stats.addBlind();
          continue;
        }
        bool HasPointer = !Parts.empty();
        // The optimiser copies small structs through integers.
        if (!HasPointer && (SI->getPointerAddressSpace() != 0 || !mayHaveSite(*SI)))
          continue;
        if (isInNoSlot(SI->getPointerOperand()))
          continue;
        HasPointer |= isMadeOfBoth(*SI, Sites);
        if (const SiteInfo *Site = siteOf(I, HasPointer, MS_SITE_STORE))
          W.Stores.push_back({&I, Site, factsOf(*SI)});
      } else if (isa<AtomicRMWInst>(I) || isa<AtomicCmpXchgInst>(I)) {
        auto *RMW = dyn_cast<AtomicRMWInst>(&I); // which the optimiser may have changed
        bool IsKnown = !RMW || RMW->getOperation() == AtomicRMWInst::Xchg || operationOf(*RMW);
        if (IsKnown && I.getMetadata(CopyMDName))
          if (const SiteInfo *Site = siteOf(I, true, MS_SITE_STORE))
            W.Stores.push_back({&I, Site, {}});
      } else if (auto *CB = dyn_cast<CallBase>(&I)) {
        collectCall(*CB, W);
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
  for (auto &[CB, Site] : W.Masked)
    lowerMaskedStore(*CB, *Site);
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
