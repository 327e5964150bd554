//===- CopyFinder.cpp - which instructions copy pointers ------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A store is a pointer copy by the IR type of its value; integers count if they
// come from a pointer in this function, or if an atomic access (which clang
// makes of integers) is to a place that is declared to be a pointer. Bytes are
// left out only if the declared types of both sides say so: `char *` alone is
// how C writes "any memory". Bytes that are moved in whole pointers' sizes count
// after all: strings have any length, and constant sizes are what codecs copy.
//
//===----------------------------------------------------------------------===//
#include "pass/CopyFinder.h"
#include "pass/FunctionFacts.h"
#include "pass/PointerTypes.h"
#include "pass/TypeName.h"

#include "llvm/Analysis/ValueTracking.h"
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

/// What pointer V is declared to point at; null if that is void or not known.
static const DIType *declaredPointee(AccessPath &Paths, const Value *V) {
  V = stripCasts(V);
  if (auto *CB = dyn_cast<CallBase>(V)) {
    const DIType *Ty = nullptr;
    return Paths.resultTypeOf(*CB, Ty) && isPointerType(Ty) ? pointeeType(Ty) : nullptr;
  }
  ValuePath P = Paths.pathOf(V);
  if (!P.HasType || P.IsAddress)
    return P.HasType ? P.Type : nullptr;
  return isPointerType(P.Type) ? pointeeType(P.Type) : nullptr;
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
  Place P = Paths.placeAt(Address, Want::pointer(V ? declaredPointee(Paths, V) : nullptr));
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
  if (!V->getType()->isPointerTy()) {
    if (!V->getType()->isIntegerTy(64))
      return;
    Place P = Paths.placeAt(Address);
    if (!isPointerInteger(V) && !(P && P.HasType && isPointerType(P.Type)))
      return;
  }
  if (!IsHandled)
    Blind.push_back({&I, "an atomic operation other than exchange, add or subtract"});
  else
    Notes.push_back({&I, describeStore(I, Address, V)});
}

/// Is integer V a multiple of UNIT, as far as this function shows? Any of a pointer's size, but
/// of an object's only one that is said to be: (n + 15) & ~15 is no number of objects.
static bool isMultiple(const Value *V, uint64_t Unit, const DataLayout &DL, unsigned Depth = 0) {
  if (Depth > MaxDepth)
    return false;
  if (Unit == 8 && computeKnownBits(V, DL).countMinTrailingZeros() >= 3)
    return true;
  if (auto *C = dyn_cast<ConstantInt>(V))
    return C->getValue().urem(Unit) == 0;
  auto IsWhole = [&](const Value *Part) {
    return isMultiple(Part, Unit, DL, Depth + 2);
  };
  if (auto *Op = dyn_cast<BinaryOperator>(V); Op && Op->getOpcode() == Instruction::Mul)
    return any_of(Op->operand_values(), IsWhole);
  if (auto *Op = dyn_cast<BinaryOperator>(V);
      Op && (Op->getOpcode() == Instruction::Add || Op->getOpcode() == Instruction::Sub))
    return all_of(Op->operand_values(), IsWhole);
  auto *LI = dyn_cast<LoadInst>(V);
  auto *AI = LI ? dyn_cast<AllocaInst>(LI->getPointerOperand()) : nullptr;
  return AI && all_of(AI->users(), [&](const User *U) {
           auto *SI = dyn_cast<StoreInst>(U);
           return SI ? SI->getPointerOperand() == AI && IsWhole(SI->getValueOperand())
                     : isa<LoadInst>(U) || isa<IntrinsicInst>(U);
         });
}

/// Are the bytes that W moves likely to be pointers? `memmove(s + shift, s, n * sizeof(p))`.
static bool movesWholePointers(const CallBase &CB, const LibraryWrite &W, const DataLayout &DL) {
  bool IsMove = CB.getIntrinsicID() == Intrinsic::memmove;
  return W.Src && (IsMove || !isa<ConstantInt>(W.N)) && isMultiple(W.N, 8, DL);
}

/// Is V some characters behind what is declared to point at characters?
static bool isInText(AccessPath &Paths, const Value *V) {
  V = stripCasts(V);
  auto *GEP = dyn_cast<GEPOperator>(V);
  if (!GEP || !GEP->getSourceElementType()->isIntegerTy(8))
    return false;
  const DIType *Pointee = declaredPointee(Paths, GEP->getPointerOperand());
  return Pointee && holdsPointers(Pointee) == Holds::Bytes;
}

/// Do the declared types say that no pointer is moved?
bool CopyFinder::movesNoPointers(const CallBase &CB, const LibraryWrite &W) {
  auto *Length = dyn_cast<ConstantInt>(W.N);
  if (Length && Length->getValue().ult(8))
    return true;
  enum Side { Nothing, Bytes, Unknown, Pointers };
  auto SideOf = [&](const Value *V) {
    const Value *Base = stripCasts(V);
    while (auto *GEP = dyn_cast<GEPOperator>(Base))
      Base = stripCasts(GEP->getPointerOperand());
    if (auto *GV = dyn_cast<GlobalVariable>(Base);
        GV && GV->isConstant() && GV->hasInitializer() && GV->hasPrivateLinkage())
      return mayHoldPointers(GV->getValueType(), M.getDataLayout()) ? Unknown : Nothing;
    Place P = Paths.placeAt(V, Want::object());
    if (!P || !P.HasType) {
      if (isInText(Paths, V))
        return Bytes;
      auto *AI = dyn_cast<AllocaInst>(Base);
      if (!AI)
        return Unknown;
      return mayHoldPointers(AI->getAllocatedType(), M.getDataLayout()) ? Pointers : Nothing;
    }
    bool IsObject = isa<AllocaInst>(Base) || isa<GlobalValue>(Base) ||
                    isa_and_nonnull<DICompositeType>(peelType(P.Type));
    switch (holdsPointers(P.Type)) {
    case Holds::Unknown:
      return Unknown;
    case Holds::Nothing:
      return Nothing;
    case Holds::Bytes:
      return IsObject ? Nothing : Bytes;
    case Holds::Pointers:
      return Pointers;
    }
    return Unknown;
  };
  Side Dst = SideOf(W.Dst), Src = W.Src ? SideOf(W.Src) : Dst;
  if (Dst == Pointers || Src == Pointers)
    return false;
  if (Dst == Bytes && Src == Bytes)
    return !movesWholePointers(CB, W, M.getDataLayout());
  return Dst == Nothing || Src == Nothing;
}

/// What is known of the objects that W copies to TO: nothing, unless the length says that they are
/// of that type. What begins as an object of it may be a larger one.
static WordsOfObject objectsCopied(const LibraryWrite &W, const Place &To, const DataLayout &DL) {
  if (!To.HasType)
    return {};
  WordsOfObject Words = wordsOfObject(To.Type);
  if (!Words.Count)
    return {};
  uint64_t Bytes = 8 * Words.Count;
  auto *Length = dyn_cast<ConstantInt>(W.N);
  bool IsArray = cast<DICompositeType>(peelType(To.Type))->getTag() == dwarf::DW_TAG_array_type;
  if (Length && !IsArray ? Length->equalsInt(Bytes) : isMultiple(W.N, Bytes, DL))
    return Words;
  return {};
}

SiteInfo CopyFinder::describeWrite(CallBase &CB, const LibraryWrite &W) {
  SiteInfo Site;
  if (W.Kind == LibraryWrite::Copy || W.Kind == LibraryWrite::Fill) {
    if (movesNoPointers(CB, W))
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
      WordsOfObject Words = objectsCopied(W, To, M.getDataLayout());
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
    AtomicRMWInst::BinOp Op = RMW->getOperation();
    return visitAtomic(I, RMW->getPointerOperand(), RMW->getValOperand(),
                       Op == AtomicRMWInst::Xchg || Op == AtomicRMWInst::Add ||
                           Op == AtomicRMWInst::Sub,
                       Notes, Blind);
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
  bool IsListed = pointerParts(V->getType(), M.getDataLayout(), false, Parts);
  if (!IsListed || (!Parts.empty() && SI->getPointerAddressSpace() != 0)) {
    Blind.push_back({&I, "a vector or aggregate of too many pointers, or another "
                         "address space"});
    return;
  }
  if (Parts.empty()) {
    if (!V->getType()->isIntegerTy(64) || SI->getPointerAddressSpace() != 0)
      return;
    if (!isPointerInteger(V)) {
      // In a union with a pointer, an integer ends it.
      Place P = Paths.placeAt(Address);
      if (!P || !P.HasType || !isPointerType(P.Type)) {
        // So that it is not taken for another store of the same macro.
        if (!isa<AllocaInst>(Address))
          Notes.push_back({&I, SiteInfo()});
        return;
      }
    }
  }
  // A temporary of one pointer disappears with its stores; one of several may turn
  // into stores to where the source says.
  auto *AI = dyn_cast<AllocaInst>(Address);
  bool IsScratch = AI && AI->getAllocatedType()->isPointerTy() && isTemporary(*AI);
  if (IsScratch || isInert(V)) {
    Notes.push_back({&I, SiteInfo()});
    return;
  }
  SiteInfo Site = describeStore(I, Address, V);
  if (Parts.size() > 1)
    Site.Flags |= MS_SITE_F_SEVERAL;
  Notes.push_back({&I, std::move(Site)});
}

void CopyFinder::find(Function &F, std::vector<CopyNote> &Notes,
                      std::vector<BlindSpot> &Blind) {
  std::vector<CopyNote> Found;
  for (BasicBlock &BB : F)
    for (Instruction &I : BB)
      visit(I, Found, Blind);
  if (!isUntouchable(F)) {
    Notes.insert(Notes.end(), std::make_move_iterator(Found.begin()),
                 std::make_move_iterator(Found.end()));
    return;
  }
  for (const CopyNote &Note : Found)
    if (Note.Site.Kind != MS_SITE_NONE && !Note.IsBinding)
      Blind.push_back({Note.At, "instrumentation is off for the function"});
}

} // namespace memscope
