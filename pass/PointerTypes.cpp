//===- PointerTypes.cpp - which memory and which values hold pointers -----===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Doubt goes to "may hold": a copy that is looked at for nothing costs time, one
// that is left out makes the history wrong.
//
//===----------------------------------------------------------------------===//
#include "pass/PointerTypes.h"
#include "pass/TypeName.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/Constants.h"

using namespace llvm;

namespace memscope {

static constexpr unsigned MaxDepth = 16;
static constexpr unsigned MaxParts = 16;

static Holds holds(const DIType *Ty, unsigned Depth) {
  Ty = peelType(Ty);
  if (!Ty || Depth > MaxDepth)
    return Holds::Unknown;
  if (isa<DIDerivedType>(Ty)) // pointers, references, members by pointer
    return Holds::Pointers;
  if (auto *BT = dyn_cast<DIBasicType>(Ty)) {
    uint64_t Bytes = BT->getSizeInBits() / 8;
    if (BT->getEncoding() == dwarf::DW_ATE_float ||
        BT->getEncoding() == dwarf::DW_ATE_boolean || (Bytes > 1 && Bytes < 8))
      return Holds::Nothing;
    return Bytes <= 1 ? Holds::Bytes : Holds::Pointers;
  }
  auto *CT = dyn_cast<DICompositeType>(Ty);
  if (!CT)
    return Holds::Unknown; // a function
  switch (CT->getTag()) {
  case dwarf::DW_TAG_enumeration_type:
    return Holds::Nothing;
  case dwarf::DW_TAG_array_type:
    return holds(CT->getBaseType(), Depth + 1);
  default:
    break;
  }
  if (CT->isForwardDecl() || CT->getSizeInBits() == 0)
    return Holds::Unknown;
  for (const DINode *N : CT->getElements()) {
    auto *Member = dyn_cast_or_null<DIDerivedType>(N);
    if (!Member || Member->isStaticMember() ||
        (Member->getTag() != dwarf::DW_TAG_member &&
         Member->getTag() != dwarf::DW_TAG_inheritance))
      continue;
    Holds H = holds(Member->getBaseType(), Depth + 1);
    if (H == Holds::Pointers || H == Holds::Unknown)
      return Holds::Pointers;
  }
  return Holds::Nothing;
}

Holds holdsPointers(const DIType *Ty) { return holds(Ty, 0); }

namespace {

/// Finds the words of an object that may hold pointers.
class WordWalk {
public:
  static constexpr uint64_t Words = 32, MaxSteps = 1024;
  uint32_t May = 0;

  void visit(const DIType *Ty, uint64_t Offset, unsigned Depth);

private:
  uint64_t Steps = 0;

  void add(uint64_t Offset, uint64_t Bytes) {
    for (uint64_t I = Offset / 8; I < Words && I * 8 < Offset + Bytes; ++I)
      May |= 1u << I;
  }
  void visitArray(const DICompositeType *Ty, uint64_t Offset, unsigned Depth);
};

/// Is the 8-byte integer type TY one that counts something? Signed ones and size_t do, but not what
/// is declared for pointers by whatever typedef: (u)intptr_t.
bool isNumber(const DIType *Ty) {
  auto *BT = dyn_cast_or_null<DIBasicType>(peelType(Ty));
  bool IsNumber = BT && BT->getEncoding() == dwarf::DW_ATE_signed;
  for (auto *DT = dyn_cast_or_null<DIDerivedType>(Ty); DT;
       DT = dyn_cast_or_null<DIDerivedType>(DT->getBaseType())) {
    if (DT->getName().contains("intptr"))
      return false;
    IsNumber |= DT->getName() == "size_t";
  }
  return IsNumber;
}

void WordWalk::visitArray(const DICompositeType *Ty, uint64_t Offset, unsigned Depth) {
  uint64_t Each = typeSize(Ty->getBaseType()), Whole = typeSize(Ty);
  if (!Each || !Whole)
    return add(Offset, Words * 8); // of variable size: to the end
  for (uint64_t At = 0; At < Whole && Offset + At < Words * 8; At += Each)
    visit(Ty->getBaseType(), Offset + At, Depth + 1);
}

void WordWalk::visit(const DIType *Declared, uint64_t Offset, unsigned Depth) {
  const DIType *Ty = peelType(Declared);
  if (!Ty || Depth > MaxDepth || ++Steps > MaxSteps)
    return add(Offset, Words * 8);
  uint64_t Bytes = typeSize(Ty);
  if (isa<DIBasicType>(Ty)) {
    if (holds(Ty, Depth) != Holds::Nothing && !(Bytes == 8 && isNumber(Declared)))
      add(Offset, Bytes);
    return;
  }
  auto *CT = dyn_cast<DICompositeType>(Ty);
  if (!CT || CT->isForwardDecl())
    return add(Offset, Bytes ? Bytes : Words * 8);
  if (CT->getTag() == dwarf::DW_TAG_enumeration_type)
    return;
  if (CT->getTag() == dwarf::DW_TAG_array_type)
    return visitArray(CT, Offset, Depth);
  for (const DINode *N : CT->getElements()) {
    auto *Member = dyn_cast_or_null<DIDerivedType>(N);
    if (Member && (Member->isStaticMember() || Member->isBitField()))
      continue;
    if (Member && (Member->getTag() == dwarf::DW_TAG_member ||
                   (Member->getTag() == dwarf::DW_TAG_inheritance && !Member->isVirtual())))
      visit(Member->getBaseType(), Offset + Member->getOffsetInBits() / 8, Depth + 1);
    else if (Member ? Member->getTag() == dwarf::DW_TAG_inheritance : isa_and_nonnull<DICompositeType>(N) && cast<DICompositeType>(N)->getTag() == dwarf::DW_TAG_variant_part)
      add(Offset, Words * 8);
  }
}

} // namespace

WordsOfObject wordsOfObject(const DIType *Ty) {
  Ty = peelType(Ty);
  auto *CT = dyn_cast_or_null<DICompositeType>(Ty);
  while (CT && CT->getTag() == dwarf::DW_TAG_array_type)
    CT = dyn_cast_or_null<DICompositeType>(peelType(CT->getBaseType()));
  uint64_t Bytes = typeSize(CT);
  if (!CT || Bytes < 8 || Bytes % 8 || Bytes / 8 > UINT16_MAX)
    return {};
  WordWalk Walk;
  Walk.visit(CT, 0, 0);
  uint64_t Count = Bytes / 8;
  uint32_t Known = Count < WordWalk::Words ? (1u << Count) - 1 : UINT32_MAX;
  if (!(~Walk.May & Known))
    return {};
  return {Count, ~Walk.May & Known};
}

bool mayHoldPointers(const llvm::Type *Ty, const DataLayout &DL) {
  if (Ty->isPointerTy())
    return true;
  if (Ty->isIntegerTy())
    return Ty->getIntegerBitWidth() >= 64;
  if (auto *ST = dyn_cast<StructType>(Ty)) {
    if (!ST->isSized())
      return true;
    if (ST->hasName() && ST->getName().starts_with("union.") &&
        DL.getTypeAllocSize(const_cast<StructType *>(ST)) >= 8)
      return true;
  }
  return any_of(Ty->subtypes(),
                [&](const llvm::Type *T) { return mayHoldPointers(T, DL); });
}

static bool addParts(llvm::Type *Ty, const DataLayout &DL, Words Which,
                     PointerPart At, SmallVectorImpl<PointerPart> &Parts) {
  auto IsPointer = [Which](const llvm::Type *T) {
    return T->isPointerTy() || (Which != Words::Pointers && T->isIntegerTy(64)) ||
           (Which == Words::Any && T->isDoubleTy());
  };
  auto AddLanes = [&](unsigned Count) {
    for (unsigned I = 0; I < Count; ++I) {
      PointerPart Lane = At;
      Lane.Lane = static_cast<int>(I);
      Lane.Offset += 8 * I;
      Parts.push_back(Lane);
    }
  };
  if (Ty->isPointerTy() && Ty->getPointerAddressSpace() != 0)
    return false;
  if (IsPointer(Ty)) {
    Parts.push_back(At);
    return Parts.size() <= MaxParts;
  }
  if (Which == Words::Any && Ty->isIntegerTy(128)) {
    AddLanes(2);
    return Parts.size() <= MaxParts;
  }
  if (auto *VT = dyn_cast<VectorType>(Ty)) {
    if (!IsPointer(VT->getElementType()))
      return true;
    auto *Fixed = dyn_cast<FixedVectorType>(VT);
    if (!Fixed || Parts.size() + Fixed->getNumElements() > MaxParts)
      return false;
    AddLanes(Fixed->getNumElements());
    return true;
  }
  uint64_t Count = 0;
  if (auto *ST = dyn_cast<StructType>(Ty))
    Count = ST->getNumElements();
  else if (auto *AT = dyn_cast<ArrayType>(Ty))
    Count = AT->getNumElements();
  for (uint64_t I = 0; I < Count; ++I) {
    PointerPart Element = At;
    Element.Path.push_back(static_cast<unsigned>(I));
    llvm::Type *ElementTy;
    if (auto *ST = dyn_cast<StructType>(Ty)) {
      ElementTy = ST->getElementType(static_cast<unsigned>(I));
      Element.Offset += DL.getStructLayout(ST)
                            ->getElementOffset(static_cast<unsigned>(I))
                            .getFixedValue();
    } else {
      ElementTy = Ty->getArrayElementType();
      Element.Offset += I * DL.getTypeAllocSize(ElementTy).getFixedValue();
    }
    if (!addParts(ElementTy, DL, Which, Element, Parts))
      return false;
  }
  return true;
}

bool pointerParts(llvm::Type *Ty, const DataLayout &DL, Words Which,
                  SmallVectorImpl<PointerPart> &Parts) {
  return addParts(Ty, DL, Which, PointerPart(), Parts);
}

std::optional<Instruction::BinaryOps> operationOf(const AtomicRMWInst &RMW) {
  switch (RMW.getOperation()) {
  case AtomicRMWInst::Add:
    return Instruction::Add;
  case AtomicRMWInst::Sub:
    return Instruction::Sub;
  case AtomicRMWInst::And:
    return Instruction::And;
  case AtomicRMWInst::Or:
    return Instruction::Or;
  case AtomicRMWInst::Xor:
    return Instruction::Xor;
  default:
    return std::nullopt;
  }
}

Value *extractPart(IRBuilder<> &B, Value *V, const PointerPart &Part) {
  if (!Part.Path.empty())
    V = B.CreateExtractValue(V, Part.Path);
  if (Part.Lane >= 0 && V->getType()->isIntegerTy())
    V = B.CreateTrunc(B.CreateLShr(V, static_cast<uint64_t>(Part.Lane) * 64), B.getInt64Ty());
  else if (Part.Lane >= 0)
    V = B.CreateExtractElement(V, static_cast<uint64_t>(Part.Lane));
  if (V->getType()->isDoubleTy())
    V = B.CreateBitCast(V, B.getInt64Ty());
  return V->getType()->isPointerTy() ? V : B.CreateIntToPtr(V, B.getPtrTy());
}

} // namespace memscope
