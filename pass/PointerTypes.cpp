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

static bool addParts(llvm::Type *Ty, const DataLayout &DL, bool Integers,
                     PointerPart At, SmallVectorImpl<PointerPart> &Parts) {
  auto IsPointer = [Integers](const llvm::Type *T) {
    return T->isPointerTy() || (Integers && T->isIntegerTy(64));
  };
  if (Ty->isPointerTy() && Ty->getPointerAddressSpace() != 0)
    return false;
  if (IsPointer(Ty)) {
    Parts.push_back(At);
    return Parts.size() <= MaxParts;
  }
  if (auto *VT = dyn_cast<VectorType>(Ty)) {
    if (!IsPointer(VT->getElementType()))
      return true;
    auto *Fixed = dyn_cast<FixedVectorType>(VT);
    if (!Fixed || Parts.size() + Fixed->getNumElements() > MaxParts)
      return false;
    for (unsigned I = 0; I < Fixed->getNumElements(); ++I) {
      PointerPart Lane = At;
      Lane.Lane = static_cast<int>(I);
      Lane.Offset += 8 * I;
      Parts.push_back(Lane);
    }
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
    if (!addParts(ElementTy, DL, Integers, Element, Parts))
      return false;
  }
  return true;
}

bool pointerParts(llvm::Type *Ty, const DataLayout &DL, bool Integers,
                  SmallVectorImpl<PointerPart> &Parts) {
  return addParts(Ty, DL, Integers, PointerPart(), Parts);
}

Value *extractPart(IRBuilder<> &B, Value *V, const PointerPart &Part) {
  if (!Part.Path.empty())
    V = B.CreateExtractValue(V, Part.Path);
  if (Part.Lane >= 0)
    V = B.CreateExtractElement(V, static_cast<uint64_t>(Part.Lane));
  return V->getType()->isPointerTy() ? V : B.CreateIntToPtr(V, B.getPtrTy());
}

} // namespace memscope
