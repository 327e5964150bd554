//===- CopiedBytes.cpp - whether what a call copies may be pointers -------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Bytes are left out only if the declared types of both sides say so: `char *`
// alone is how C writes "any memory". Bytes that are moved in whole pointers'
// sizes count after all: strings have any length, and constant sizes are what
// codecs copy. So does a local buffer between two places of which nothing is
// known: that is how anything is swapped.
//
//===----------------------------------------------------------------------===//
#include "pass/CopiedBytes.h"
#include "pass/TypeName.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace memscope {

static constexpr unsigned MaxDepth = 6;

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
bool CopiedBytes::isInText(const Value *V) {
  V = stripCasts(V);
  auto *GEP = dyn_cast<GEPOperator>(V);
  if (!GEP || !GEP->getSourceElementType()->isIntegerTy(8))
    return false;
  const DIType *Pointee = Paths.pointeeOf(GEP->getPointerOperand());
  return Pointee && holdsPointers(Pointee) == Holds::Bytes;
}

/// The object that V is an address in, as far as this function shows.
static const Value *objectOf(const Value *V) {
  V = stripCasts(V);
  while (auto *GEP = dyn_cast<GEPOperator>(V))
    V = stripCasts(GEP->getPointerOperand());
  return V;
}

/// What is declared to be at V?
CopiedBytes::Side CopiedBytes::sideOf(const Value *V) {
  const Value *Base = objectOf(V);
  if (auto *GV = dyn_cast<GlobalVariable>(Base);
      GV && GV->isConstant() && GV->hasInitializer() && GV->hasPrivateLinkage())
    return mayHoldPointers(GV->getValueType(), M.getDataLayout()) ? Side::Unknown : Side::Nothing;
  Place P = Paths.placeAt(V, Want::object());
  auto *AI = dyn_cast<AllocaInst>(Base);
  if (!P || !P.HasType) {
    if (isInText(V))
      return Side::Bytes;
    if (!AI)
      return Side::Unknown;
    return mayHoldPointers(AI->getAllocatedType(), M.getDataLayout()) ? Side::Pointers
                                                                      : Side::Nothing;
  }
  bool IsObject = AI || isa<GlobalValue>(Base) ||
                  isa_and_nonnull<DICompositeType>(peelType(P.Type));
  switch (holdsPointers(P.Type)) {
  case Holds::Unknown:
    return Side::Unknown;
  case Holds::Nothing:
    return Side::Nothing;
  case Holds::Bytes:
    return IsObject ? Side::Nothing : Side::Bytes;
  case Holds::Pointers:
    return Side::Pointers;
  }
  return Side::Unknown;
}

/// Does what is copied to the local variable at V go on from there, from and to memory of which it
/// is not known what it holds? `char t[n]; memcpy(t, a, n); memcpy(a, b, n); memcpy(b, t, n);`
bool CopiedBytes::isPassage(const Value *V) {
  const Value *Base = objectOf(V);
  if (!isa<AllocaInst>(Base))
    return false;
  auto IsAny = [this](const Value *Other) { return sideOf(Other) >= Side::Unknown; };
  bool ComesIn = false, GoesOut = false;
  SmallVector<const Value *, 8> Work{Base};
  while (!Work.empty())
    for (const User *U : Work.pop_back_val()->users()) {
      if (isa<GetElementPtrInst>(U))
        Work.push_back(U);
      auto *MT = dyn_cast<MemTransferInst>(U);
      if (!MT)
        continue;
      bool IsTo = objectOf(MT->getRawDest()) == Base;
      if (IsTo && !ComesIn)
        ComesIn = IsAny(MT->getRawSource());
      else if (!IsTo && !GoesOut)
        GoesOut = IsAny(MT->getRawDest());
    }
  return ComesIn && GoesOut;
}

bool CopiedBytes::areNoPointers(const CallBase &CB, const LibraryWrite &W) {
  auto *Length = dyn_cast<ConstantInt>(W.N);
  if (Length && Length->getValue().ult(8))
    return true;
  Side Dst = sideOf(W.Dst), Src = W.Src ? sideOf(W.Src) : Dst;
  if (Dst == Side::Pointers || Src == Side::Pointers)
    return false;
  if (Dst == Side::Bytes && Src == Side::Bytes)
    return !movesWholePointers(CB, W, M.getDataLayout());
  if (W.Src && Dst == Side::Nothing && Src == Side::Unknown)
    return !isPassage(W.Dst);
  if (Src == Side::Nothing && Dst == Side::Unknown)
    return !isPassage(W.Src);
  return Dst == Side::Nothing || Src == Side::Nothing;
}

/// What is known of the objects that W copies to TO: nothing, unless the length says that they are
/// of that type. What begins as an object of it may be a larger one.
WordsOfObject CopiedBytes::objects(const LibraryWrite &W, const Place &To) const {
  if (!To.HasType)
    return {};
  WordsOfObject Words = wordsOfObject(To.Type);
  if (!Words.Count)
    return {};
  uint64_t Bytes = 8 * Words.Count;
  auto *Length = dyn_cast<ConstantInt>(W.N);
  bool IsArray = cast<DICompositeType>(peelType(To.Type))->getTag() == dwarf::DW_TAG_array_type;
  if (Length && !IsArray ? Length->equalsInt(Bytes) : isMultiple(W.N, Bytes, M.getDataLayout()))
    return Words;
  return {};
}

} // namespace memscope
