//===- CopyFinder.cpp - which instructions copy pointers ------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A store is a pointer copy by the IR type of its value; integers count if they
// come from a pointer in this function, or if an atomic access (which clang
// makes of integers) is to a place that is declared to be a pointer. What is no
// pointer ends one where a union is declared to hold either.
//
//===----------------------------------------------------------------------===//
#include "pass/CopyFinder.h"
#include "pass/FunctionFacts.h"
#include "pass/PointerTypes.h"
#include "pass/TypeName.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace memscope {

static constexpr unsigned MaxDepth = 6;

/// Does integer V come from a pointer, as far as this function shows?
static bool isPointerInteger(const Value *V, unsigned Depth = 0) {
  if (Depth > MaxDepth)
    return false;
  auto *Op = dyn_cast<Operator>(V);
  if (!Op)
    return false;
  switch (Op->getOpcode()) {
  case Instruction::PtrToInt:
    return true;
  case Instruction::Sub: // of two pointers: a number
    return isPointerInteger(Op->getOperand(0), Depth + 2) &&
           !isPointerInteger(Op->getOperand(1), Depth + 2);
  case Instruction::Add:
  case Instruction::Or:
  case Instruction::And:
  case Instruction::Xor:
  case Instruction::PHI:
  case Instruction::Freeze:
  case Instruction::InsertElement:
  case Instruction::ShuffleVector:
    return any_of(Op->operands(), [Depth](const Use &U) {
      return isPointerInteger(U, Depth + 2);
    });
  case Instruction::Select:
    return isPointerInteger(Op->getOperand(1), Depth + 2) ||
           isPointerInteger(Op->getOperand(2), Depth + 2);
  case Instruction::Load:
    break;
  default:
    return false;
  }
  // uintptr_t u = (uintptr_t)p; s->tagged = u | 1;
  auto *AI = dyn_cast<AllocaInst>(cast<LoadInst>(V)->getPointerOperand());
  return AI && any_of(AI->users(), [AI, Depth](const User *U) {
           auto *SI = dyn_cast<StoreInst>(U);
           return SI && SI->getPointerOperand() == AI &&
                  isPointerInteger(SI->getValueOperand(), Depth + 2);
         });
}

void setPlace(SiteInfo &Site, const Place &P) {
  if (!P || (Site.Flags & MS_SITE_F_NO_DEBUG))
    return;
  Site.Path = P.Text;
  Site.Slot = P.Slot;
  Site.DeclLine = P.DeclLine;
  bool IsC = isCUnit(Site.Caller->getUnit());
  if (P.HasType) {
    const DIType *Pointee = isPointerType(P.Type) ? pointeeType(P.Type) : P.Type;
    Site.Type = typeName(Pointee, IsC);
    Site.TypeSize = static_cast<unsigned>(
        std::min<uint64_t>(typeSize(Pointee), UINT32_MAX));
  }
  if (P.Container && !P.Member.empty()) {
    Site.Field = typeName(P.Container, IsC) + P.Member;
    Site.Offset = static_cast<unsigned>(
        std::min<uint64_t>(P.MemberOffset, UINT32_MAX));
  }
}

/// Where what is in compiler-made storage at ADDRESS goes, if one copy says so:
/// a struct that comes in registers is put together there first.
static const Value *forwardedTo(const Value *Address) {
  const Value *Base = Address->stripInBoundsOffsets();
  if (!isa<AllocaInst>(Base))
    return nullptr;
  for (const User *U : Base->users())
    if (auto *MT = dyn_cast<MemTransferInst>(U))
      if (MT->getRawSource() == Base)
        return MT->getRawDest();
  return nullptr;
}

SiteInfo CopyFinder::describeStore(Instruction &At, const Value *Address,
                                   const Value *V) {
  SiteInfo Site;
  locateSite(Site, At);
  Site.Kind = MS_SITE_STORE;
  if (At.isVolatile())
    Site.Flags |= MS_SITE_F_VOLATILE;
  if (At.isAtomic())
    Site.Flags |= MS_SITE_F_ATOMIC;
  // Of the pointers in a union, the one that is declared as the value is.
  bool IsOne = !V || V->getType()->isPointerTy() || V->getType()->isIntegerTy(64);
  Place P;
  if (IsOne || V->getType()->isStructTy())
    P = Paths.placeAt(Address, Want::pointer(V ? Paths.pointeeOf(V) : nullptr));
  if (!P) // an object in registers whose first part is no pointer
    P = Paths.placeAt(Address, Want::object());
  if (!P && Paths.isUnnamedStorage(Address->stripInBoundsOffsets()))
    if (const Value *To = forwardedTo(Address))
      P = Paths.placeAt(To, Want::object());
  setPlace(Site, P);
  if (V)
    Source.describe(Site, V, At, Address);
  return Site;
}

/// Does no history need a store of V?
static bool isInert(const Value *V) {
  if (isa<UndefValue>(V))
    return true;
  // A virtual table's address, stored by a constructor.
  const Value *Base = V->stripInBoundsOffsets();
  if (auto *GV = dyn_cast<GlobalVariable>(Base);
      GV && (GV->getName().starts_with("_ZTV") ||
             GV->getName().starts_with("_ZTC")))
    return true;
  return false;
}

/// Is U a call that gets the storage V as a structure: the callee's copy of it, or the
/// room for its result, which no name in the source means?
static bool isPassedObject(const User *U, const Value *V) {
  auto *CB = dyn_cast<CallBase>(U);
  if (!CB || isa<IntrinsicInst>(CB))
    return false;
  return all_of(CB->args(), [&](const Use &Arg) {
    unsigned No = CB->getArgOperandNo(&Arg);
    return Arg.get() != V || CB->isByValArgument(No) ||
           CB->paramHasAttr(No, Attribute::StructRet);
  });
}

bool CopyFinder::isTemporary(const AllocaInst &AI) {
  return AI.getFunction()->getSubprogram() && Paths.isUnnamedStorage(&AI) &&
         isUnseenStorage(AI);
}

bool isUnseenStorage(const AllocaInst &AI) {
  SmallVector<const Value *, 8> Work{&AI};
  while (!Work.empty()) {
    const Value *V = Work.pop_back_val();
    for (const User *U : V->users()) {
      if (isa<GetElementPtrInst>(U))
        Work.push_back(U);
      else if (auto *SI = dyn_cast<StoreInst>(U)) {
        if (SI->getValueOperand() == V)
          return false;
      } else if (!isa<LoadInst>(U) && !isa<MemTransferInst>(U) && !isa<MemSetInst>(U) &&
                 !isPassedObject(U, V) &&
                 !(isa<IntrinsicInst>(U) &&
                   cast<IntrinsicInst>(U)->isLifetimeStartOrEnd()))
        return false;
    }
  }
  return true;
}

void CopyFinder::visitAtomic(Instruction &I, Value *Address, Value *V,
                             bool IsHandled, std::vector<CopyNote> &Notes,
                             std::vector<BlindSpot> &Blind) {
  if (V->getType()->isIntegerTy(128)) {
    if (!isObjectWithPointers(Address))
      return;
  } else if (!V->getType()->isPointerTy()) {
    if (!V->getType()->isIntegerTy(64))
      return;
    if (!isPointerInteger(V) && !isDeclaredPointer(Address))
      return;
  }
  if (!IsHandled) {
    Blind.push_back({&I, "an atomic minimum, maximum or the like"});
    return;
  }
  SiteInfo Site = describeStore(I, Address, V);
  if (V->getType()->isIntegerTy(128))
    Site.Flags |= MS_SITE_F_SEVERAL;
  Notes.push_back({&I, std::move(Site)});
}

/// Is what is at ADDRESS, or may be as a member of a union, declared to be a pointer?
bool CopyFinder::isDeclaredPointer(const Value *Address) {
  Place P = Paths.placeAt(Address);
  return P && P.HasType && isPointerType(P.Type);
}

/// Is a structure at ADDRESS in which there are pointers?
bool CopyFinder::isObjectWithPointers(const Value *Address) {
  Place P = Paths.placeAt(Address, Want::object());
  return P && P.HasType && isa_and_nonnull<DICompositeType>(peelType(P.Type)) &&
         holdsPointers(P.Type) == Holds::Pointers;
}

/// Does a store of V, which is no pointer, end or make one at ADDRESS?
bool CopyFinder::isStoreOverPointer(const StoreInst &SI) {
  const Value *V = SI.getValueOperand(), *Address = SI.getPointerOperand();
  llvm::Type *Ty = V->getType();
  if (Ty->isIntegerTy(64) || isa<VectorType>(Ty))
    if (isPointerInteger(V))
      return true;
  // Most stores are to a variable that is a number.
  if (auto *AI = dyn_cast<AllocaInst>(Address);
      AI && !AI->getAllocatedType()->isAggregateType() && !AI->getAllocatedType()->isPointerTy())
    return false;
  if (Ty->isIntegerTy(128))
    return isObjectWithPointers(Address);
  // In a union with a pointer, a number ends it. What is smaller is not looked at beforehand, which an
  // atomic store would have to be.
  bool IsWord = Ty->isIntegerTy(64);
  return (IsWord || (!SI.isAtomic() && !isa<ScalableVectorType>(Ty))) && isDeclaredPointer(Address);
}

SiteInfo CopyFinder::describeWrite(CallBase &CB, const LibraryWrite &W) {
  SiteInfo Site;
  if (W.Kind == LibraryWrite::Copy || W.Kind == LibraryWrite::Fill) {
    if (Moved.areNoPointers(CB, W))
      return Site;
    locateSite(Site, CB);
    Site.Kind = MS_SITE_COPY;
    // Eight bytes are one pointer, not the object that begins there.
    auto *Length = dyn_cast<ConstantInt>(W.N);
    bool IsOne = Length && Length->equalsInt(8);
    auto PlaceOf = [&](const Value *V) {
      Place P = IsOne ? Paths.placeAt(V) : Place();
      return P ? P : Paths.placeAt(V, Want::object());
    };
    Place To = PlaceOf(W.Dst);
    setPlace(Site, To);
    if (!IsOne && !Site.Path.empty()) {
      WordsOfObject Words = Moved.objects(W, To);
      Site.Words = static_cast<unsigned>(Words.Count);
      Site.NoPointers = Words.NoPointers;
    }
    if (W.Src && !(Site.Flags & MS_SITE_F_NO_DEBUG)) {
      Place From = PlaceOf(W.Src);
      Site.Src = From.Text;
      Site.SrcSlot = From.Slot;
    }
  } else {
    if (isa<ConstantPointerNull>(W.Dst))
      return Site;
    locateSite(Site, CB);
    Site.Kind = W.Kind == LibraryWrite::Slot ? MS_SITE_STORE : MS_SITE_COPY;
    setPlace(Site, Paths.placeAt(W.Dst, W.Kind == LibraryWrite::Slot
                                            ? Want::pointer()
                                            : Want::object()));
    Site.Src = Paths.calleeName(CB);
    Site.SrcSlot = MS_SLOT_CALL;
  }
  if (!isa<IntrinsicInst>(CB))
    Site.Callee = Paths.calleeName(CB);
  return Site;
}

/// The name that the result of CB gets, if a variable is the first to have it.
std::optional<SiteInfo> CopyFinder::describeBinding(CallBase &CB) {
  if (!CB.getType()->isPointerTy() || CB.isInlineAsm() || CB.isMustTailCall() ||
      isa<IntrinsicInst>(CB) || CB.use_empty() ||
      classifyAllocCall(CB, Opts).Role != AllocRole::None)
    return std::nullopt;
  SlotInfo Slot = Flow.resultSlot(CB);
  if (Slot.Slot != MS_SLOT_LOCAL && Slot.Slot != MS_SLOT_PARAM)
    return std::nullopt;
  SiteInfo Site;
  locateSite(Site, CB);
  if (Site.Flags & MS_SITE_F_NO_DEBUG)
    return std::nullopt;
  Site.Kind = MS_SITE_BIND;
  Site.Path = Slot.Path;
  Site.Slot = Slot.Slot;
  Site.DeclLine = Slot.DeclLine;
  if (Slot.Several)
    Site.Flags |= MS_SITE_F_SEVERAL;
  if (Slot.HasType) {
    Site.Type = typeName(Slot.Pointee, isCUnit(Site.Caller->getUnit()));
    Site.TypeSize = static_cast<unsigned>(
        std::min<uint64_t>(typeSize(Slot.Pointee), UINT32_MAX));
  }
  Site.Callee = Site.Src = Paths.calleeName(CB);
  Site.SrcSlot = MS_SLOT_CALL;
  Fates.describe(Site, CB);
  return Site;
}

void CopyFinder::visitCall(CallBase &CB, std::vector<CopyNote> &Notes,
                           std::vector<BlindSpot> &Blind) {
  if (auto *Asm = dyn_cast<InlineAsm>(CB.getCalledOperand())) {
    unsigned Arg = 0;
    for (const InlineAsm::ConstraintInfo &C : Asm->ParseConstraints()) {
      if (C.Type == InlineAsm::isOutput && C.isIndirect)
        if (llvm::Type *Ty = CB.getParamElementType(Arg);
            Ty && Ty->isPointerTy())
          Blind.push_back({&CB, "inline assembly writes a pointer to memory"});
      Arg += C.hasArg();
    }
    return;
  }
  if (CB.getIntrinsicID() == Intrinsic::lifetime_end) {
    auto *AI = dyn_cast<AllocaInst>(CB.getArgOperand(CB.arg_size() - 1));
    if (AI && !Paths.isUnnamedStorage(AI) &&
        mayHoldPointers(AI->getAllocatedType(), M.getDataLayout())) {
      SiteInfo Site;
      locateSite(Site, CB);
      Site.Kind = MS_SITE_SCOPE;
      setPlace(Site, Paths.placeAt(AI, Want::object()));
      Notes.push_back({&CB, std::move(Site)});
    }
    return;
  }
  if (LibraryWrite W = libraryWrite(CB))
    Notes.push_back({&CB, describeWrite(CB, W)});
  if (Opts.full())
    return; // every assignment is bound
  if (std::optional<SiteInfo> Site = describeBinding(CB))
    Notes.push_back({&CB, std::move(*Site), /*IsBinding=*/true});
}

void CopyFinder::visit(Instruction &I, std::vector<CopyNote> &Notes,
                       std::vector<BlindSpot> &Blind) {
  if (auto *CB = dyn_cast<CallBase>(&I))
    return visitCall(*CB, Notes, Blind);
  if (auto *RMW = dyn_cast<AtomicRMWInst>(&I)) {
    bool IsHandled = RMW->getOperation() == AtomicRMWInst::Xchg || operationOf(*RMW);
    return visitAtomic(I, RMW->getPointerOperand(), RMW->getValOperand(), IsHandled, Notes,
                       Blind);
  }
  if (auto *CX = dyn_cast<AtomicCmpXchgInst>(&I))
    return visitAtomic(I, CX->getPointerOperand(), CX->getNewValOperand(), true,
                       Notes, Blind);
  if (auto *AI = dyn_cast<AllocaInst>(&I))
    if (isTemporary(*AI))
      Notes.push_back({&I, SiteInfo()});
  auto *SI = dyn_cast<StoreInst>(&I);
  if (!SI)
    return;
  Value *V = SI->getValueOperand(), *Address = SI->getPointerOperand();
  SmallVector<PointerPart, 4> Parts;
  bool IsListed = pointerParts(V->getType(), M.getDataLayout(), Words::Pointers, Parts);
  bool HasPointers = !Parts.empty(), IsPlain = SI->getPointerAddressSpace() == 0;
  if (IsListed && !HasPointers) {
    if (!IsPlain)
      return;
    if (!isStoreOverPointer(*SI)) {
      if (V->getType()->getScalarType()->isIntegerTy(64) || V->getType()->isDoubleTy())
        Numbers.push_back(SI);
      return;
    }
    IsListed = pointerParts(V->getType(), M.getDataLayout(), Words::Any, Parts);
  }
  if (!IsListed || !IsPlain) {
    Blind.push_back({&I, "a vector or aggregate of too many pointers, or another "
                         "address space"});
    return;
  }
  // A temporary of one pointer disappears with its stores; one of several may turn
  // into stores to where the source says.
  auto *AI = dyn_cast<AllocaInst>(Address);
  bool IsScratch = AI && AI->getAllocatedType()->isPointerTy() && isTemporary(*AI);
  if (IsScratch || isInert(V)) {
    Notes.push_back({&I, SiteInfo()});
    return;
  }
  bool IsNumber = Parts.empty() || V->getType()->isDoubleTy();
  SiteInfo Site = describeStore(I, Address, IsNumber ? nullptr : V);
  if (Parts.size() > 1)
    Site.Flags |= MS_SITE_F_SEVERAL;
  if (!HasPointers && !IsNumber)
    IntegerSlots.insert(slotKey(Site));
  Notes.push_back({&I, std::move(Site)});
}

/// What is the same for all stores to the member, or the variable, that SITE stores to.
std::string CopyFinder::slotKey(const SiteInfo &Site) {
  if (!Site.Field.empty())
    return Site.Field;
  bool IsLocal = Site.Slot == MS_SLOT_LOCAL || Site.Slot == MS_SLOT_PARAM;
  return (IsLocal ? Site.Func : std::string()) + ':' + Site.Path;
}

void CopyFinder::finish(std::vector<CopyNote> &Notes) {
  for (StoreInst *SI : Numbers) {
    SiteInfo Site;
    if (!IntegerSlots.empty())
      Site = describeStore(*SI, SI->getPointerOperand(),
                           isa<VectorType>(SI->getValueOperand()->getType())
                               ? SI->getValueOperand()
                               : nullptr);
    if (!Site.Path.empty() && IntegerSlots.contains(slotKey(Site)))
      Notes.push_back({SI, std::move(Site)});
    else if (!isa<AllocaInst>(SI->getPointerOperand()))
      // So that it is not taken for another store of the same macro.
      Notes.push_back({SI, SiteInfo()});
  }
}

void CopyFinder::find(Function &F, std::vector<CopyNote> &Notes,
                      std::vector<BlindSpot> &Blind) {
  std::vector<CopyNote> Found;
  size_t NumNumbers = Numbers.size();
  for (BasicBlock &BB : F)
    for (Instruction &I : BB)
      visit(I, Found, Blind);
  if (!isUntouchable(F)) {
    Notes.insert(Notes.end(), std::make_move_iterator(Found.begin()),
                 std::make_move_iterator(Found.end()));
    return;
  }
  Numbers.resize(NumNumbers);
  for (const CopyNote &Note : Found)
    if (Note.Site.Kind != MS_SITE_NONE && !Note.IsBinding)
      Blind.push_back({Note.At, "instrumentation is off for the function"});
}

} // namespace memscope
