//===- TypeWalk.cpp - byte offset in a type -> ".entries[].buf" -----------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A recursive descent with backtracking, since the members of a union share
// their offset: the first that leads to what is wanted is taken. Anonymous
// members and base classes add nothing to the path. A variable index belongs to
// the array (or pointer) whose element size is its stride.
//
//===----------------------------------------------------------------------===//
#include "pass/TypeWalk.h"
#include "pass/TypeName.h"

#include "llvm/BinaryFormat/Dwarf.h"

using namespace llvm;

namespace memscope {

namespace {

constexpr unsigned MaxDepth = 24;

/// Takes STRIDE out of D's list; false if it is not there.
bool takeStride(Displacement &D, uint64_t Stride) {
  for (auto *It = D.Strides.begin(); It != D.Strides.end(); ++It)
    if (*It == Stride) {
      D.Strides.erase(It);
      return true;
    }
  return false;
}

int64_t floorDiv(int64_t A, int64_t B) {
  return A / B - (A % B != 0 && (A < 0) != (B < 0));
}

/// "[]" for a variable index with this stride, else "[k]"; leaves the rest of
/// the offset in D.
std::string takeIndex(Displacement &D, uint64_t Stride) {
  int64_t Size = static_cast<int64_t>(Stride);
  int64_t Index = floorDiv(D.Offset, Size);
  D.Offset -= Index * Size;
  if (takeStride(D, Stride))
    return "[]";
  return "[" + std::to_string(Index) + "]";
}

/// How well the object at the end must fit what is wanted.
enum class Fit {
  SamePointee, ///< points at the preferred type
  AnyPointer,
  AnyWord      ///< a pointer may be kept in an integer as wide (uintptr_t)
};

class Walker {
public:
  Walker(const Want &W, Fit MinFit) : W(W), MinFit(MinFit) {}

  bool walk(const DIType *Ty, Displacement D, WalkResult &R, unsigned Depth);

private:
  bool walkMembers(const DIType *Named, const DICompositeType *CT,
                   const Displacement &D, WalkResult &R, unsigned Depth);
  bool walkArray(const DICompositeType *CT, Displacement D, WalkResult &R,
                 unsigned Depth);

  bool fits(const DIType *Ty) const;

  const Want &W;
  Fit MinFit;
};

/// The name that a struct goes by: its tag, or the typedef next to an untagged
/// one; null if it has none.
const DIType *namedType(const DIType *Ty) {
  const DIType *Typedef = nullptr;
  for (unsigned I = 0; I < MaxDepth; ++I) {
    auto *DT = dyn_cast_or_null<DIDerivedType>(Ty);
    if (!DT)
      break;
    if (DT->getTag() == dwarf::DW_TAG_typedef)
      Typedef = DT;
    Ty = DT->getBaseType();
  }
  return Ty && !Ty->getName().empty() ? Ty : Typedef;
}

bool Walker::walkMembers(const DIType *Named, const DICompositeType *CT,
                         const Displacement &D, WalkResult &R, unsigned Depth) {
  for (const DINode *N : CT->getElements()) {
    auto *Member = dyn_cast_or_null<DIDerivedType>(N);
    if (!Member || Member->isStaticMember())
      continue;
    bool IsBase = Member->getTag() == dwarf::DW_TAG_inheritance;
    if (!IsBase && Member->getTag() != dwarf::DW_TAG_member)
      continue;
    if (IsBase && Member->isVirtual())
      continue; // its place is known at run time only
    const DIType *MemberTy = Member->getBaseType();
    int64_t Begin = static_cast<int64_t>(Member->getOffsetInBits() / 8);
    int64_t Size = static_cast<int64_t>(typeSize(MemberTy));
    bool IsFlexible = false;
    if (auto *A = dyn_cast_or_null<DICompositeType>(peelType(MemberTy)))
      IsFlexible = A->getTag() == dwarf::DW_TAG_array_type &&
                   arrayCount(A, 0) <= 1;
    if (D.Offset < Begin || (D.Offset >= Begin + Size && !IsFlexible))
      continue;
    WalkResult Try = R;
    if (Named || !Try.Container) {
      Try.Container = Named;
      Try.Member.clear();
      Try.MemberOffset = 0;
    }
    Try.MemberOffset += static_cast<uint64_t>(Begin);
    if (!IsBase && !Member->getName().empty()) {
      Try.Suffix += "." + Member->getName().str();
      Try.DeclLine = Member->getLine();
      Try.Member += "." + Member->getName().str();
    }
    Displacement Rest = D;
    Rest.Offset -= Begin;
    if (walk(MemberTy, Rest, Try, Depth + 1)) {
      R = std::move(Try);
      return true;
    }
  }
  return false;
}

bool Walker::walkArray(const DICompositeType *CT, Displacement D, WalkResult &R,
                       unsigned Depth) {
  uint64_t Stride = typeSize(CT->getBaseType());
  unsigned NumDims = CT->getElements().size();
  if (Stride == 0)
    return false;
  // Strides from the innermost dimension outwards, then indices the other way.
  SmallVector<uint64_t, 4> DimStride(NumDims);
  for (unsigned Dim = NumDims; Dim-- > 0;) {
    DimStride[Dim] = Stride;
    Stride *= std::max<uint64_t>(arrayCount(CT, Dim), 1);
  }
  for (unsigned Dim = 0; Dim < NumDims; ++Dim)
    R.Suffix += takeIndex(D, DimStride[Dim]);
  if (!R.Member.empty())
    for (unsigned Dim = 0; Dim < NumDims; ++Dim)
      R.Member += "[]";
  return walk(CT->getBaseType(), D, R, Depth + 1);
}

bool Walker::fits(const DIType *Ty) const {
  if (W.Integer)
    return isa_and_nonnull<DIBasicType>(peelType(Ty)) && typeSize(Ty) == W.Integer;
  switch (MinFit) {
  case Fit::SamePointee:
    return isPointerType(Ty) &&
           peelType(pointeeType(Ty)) == peelType(W.Pointee);
  case Fit::AnyPointer:
    return isPointerType(Ty);
  case Fit::AnyWord:
    return typeSize(Ty) >= 8;
  }
  return false;
}

bool Walker::walk(const DIType *Ty, Displacement D, WalkResult &R,
                  unsigned Depth) {
  if (Depth > MaxDepth)
    return false;
  const DIType *Peeled = peelType(Ty);
  bool IsHere = D.Offset == 0 && D.Strides.empty();
  auto *CT = dyn_cast_or_null<DICompositeType>(Peeled);
  unsigned Tag = CT ? CT->getTag() : 0;
  if (IsHere && W.IsObject) {
    R.Type = Ty;
    return true;
  }
  if (Tag == dwarf::DW_TAG_structure_type || Tag == dwarf::DW_TAG_class_type ||
      Tag == dwarf::DW_TAG_union_type)
    return walkMembers(namedType(Ty), CT, D, R, Depth);
  if (Tag == dwarf::DW_TAG_array_type)
    return walkArray(CT, D, R, Depth);
  if (!IsHere || !fits(Ty))
    return false;
  R.Type = Ty;
  return true;
}

} // namespace

bool walkObject(const DIType *Ty, Displacement D, const Want &W, WalkResult &Result) {
  for (Fit MinFit : {Fit::SamePointee, Fit::AnyPointer, Fit::AnyWord}) {
    if (MinFit == Fit::SamePointee && !W.Pointee)
      continue;
    Result = WalkResult();
    if (Walker(W, MinFit).walk(Ty, D, Result, 0))
      return true;
  }
  return false;
}

bool walkPointee(const DIType *Ty, Displacement D, const Want &W, WalkResult &Result) {
  uint64_t Size = typeSize(Ty);
  std::string Index;
  if (Size != 0) {
    bool IsOutside = D.Offset < 0 || D.Offset >= static_cast<int64_t>(Size);
    if (is_contained(D.Strides, Size))
      Index = takeIndex(D, Size);
    else if (IsOutside && Size > 1) {
      // Behind a struct that ends in a flexible array the array wins.
      if (D.Offset > 0 && walkObject(Ty, D, W, Result)) {
        Result.Suffix.replace(0, 1, "->");
        return true;
      }
      Index = takeIndex(D, Size);
    }
  }
  if (!walkObject(Ty, D, W, Result))
    return false;
  if (Index.empty() && !Result.Suffix.empty() && Result.Suffix[0] == '.')
    Result.Suffix.replace(0, 1, "->");
  else if (Index.empty() && !Result.Suffix.empty())
    Result.Suffix.insert(0, "->"); // pointer to array: (*p)[k]
  Result.Suffix.insert(0, Index);
  return true;
}

} // namespace memscope
