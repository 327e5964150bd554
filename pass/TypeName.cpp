//===- TypeName.cpp - debug-info types: spelling, size, peeling -----------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// C declarators read inside out, so spell() carries the part of the declarator
// built so far ("(*)" of a function pointer) down to the base type. Depth is
// bounded: damaged debug info may be cyclic.
//
//===----------------------------------------------------------------------===//
#include "pass/TypeName.h"
#include "pass/LLVMCompat.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/Constants.h"

using namespace llvm;

namespace memscope {

namespace {

constexpr unsigned MaxDepth = 32;

/// "ns::Outer::" for a type declared inside namespaces and classes.
std::string scopePrefix(const DIScope *Scope, unsigned Depth) {
  if (!Scope || Depth > MaxDepth)
    return "";
  if (auto *NS = dyn_cast<DINamespace>(Scope)) {
    std::string Outer = scopePrefix(NS->getScope(), Depth + 1);
    if (NS->getExportSymbols() && !NS->getName().empty())
      return Outer; // inline namespace: std::__cxx11::string is std::string
    return Outer +
           (NS->getName().empty() ? "(anonymous namespace)"
                                  : NS->getName().str()) +
           "::";
  }
  if (auto *CT = dyn_cast<DICompositeType>(Scope))
    if (!CT->getName().empty())
      return scopePrefix(CT->getScope(), Depth + 1) + CT->getName().str() +
             "::";
  return "";
}

std::string join(const std::string &Base, const std::string &Declarator) {
  if (Declarator.empty())
    return Base;
  if (Declarator[0] == '[')
    return Base + Declarator;
  return Base + " " + Declarator;
}

/// C declarators, built inside out.
class Speller {
public:
  explicit Speller(bool IsC) : IsC(IsC) {}
  std::string spell(const DIType *Ty, std::string Inner, unsigned Depth) const;

private:
  std::string tagName(const DICompositeType *Ty, const char *Keyword) const;
  std::string spellFunction(const DISubroutineType *Ty, std::string Inner,
                            unsigned Depth) const;
  std::string spellPointer(const DIDerivedType *Ty, const char *Sign,
                           std::string Inner, unsigned Depth) const;
  std::string spellQualified(const DIDerivedType *Ty, const char *Word,
                             std::string Inner, unsigned Depth) const;
  std::string spellDerived(const DIDerivedType *Ty, std::string Inner,
                           unsigned Depth) const;

  const bool IsC;
};

std::string Speller::tagName(const DICompositeType *Ty,
                             const char *Keyword) const {
  if (Ty->getName().empty())
    return IsC ? std::string(Keyword) + " {...}"
               : std::string("(anonymous ") + Keyword + ")";
  if (IsC)
    return std::string(Keyword) + " " + Ty->getName().str();
  std::string Name = scopePrefix(Ty->getScope(), 0) + Ty->getName().str();
  // The one template whose full name nobody writes.
  if (Name == "std::basic_string<char, std::char_traits<char>, "
              "std::allocator<char> >")
    return "std::string";
  return Name;
}

std::string Speller::spellFunction(const DISubroutineType *Ty, std::string Inner,
                          unsigned Depth) const {
  DITypeRefArray Types = Ty->getTypeArray();
  std::string Params;
  for (unsigned I = 1; I < Types.size(); ++I) {
    if (I > 1)
      Params += ", ";
    const DIType *P = Types[I];
    Params += P ? spell(P, "", Depth + 1) : "...";
  }
  if (Params.empty())
    Params = "void";
  const DIType *Result = Types.size() ? Types[0] : nullptr;
  return spell(Result, Inner + "(" + Params + ")", Depth + 1);
}

std::string Speller::spellPointer(const DIDerivedType *Ty, const char *Sign,
                         std::string Inner, unsigned Depth) const {
  const DIType *Base = Ty->getBaseType();
  if (!Inner.empty() && (isAlpha(Inner[0]) || Inner[0] == '_'))
    Inner = std::string(Sign) + Inner; // "*const"
  else
    Inner = Sign + Inner;
  bool NeedsParens = false;
  if (Base) {
    NeedsParens = isa<DISubroutineType>(Base);
    if (auto *CT = dyn_cast<DICompositeType>(Base))
      NeedsParens = CT->getTag() == dwarf::DW_TAG_array_type;
  }
  return spell(Base, NeedsParens ? "(" + Inner + ")" : Inner, Depth + 1);
}

std::string Speller::spellQualified(const DIDerivedType *Ty, const char *Word,
                           std::string Inner, unsigned Depth) const {
  const DIType *Base = Ty->getBaseType();
  if (isPointerType(Base) && !(isa<DIDerivedType>(Base) &&
                               cast<DIDerivedType>(Base)->getTag() ==
                                   dwarf::DW_TAG_typedef))
    return spell(Base, Inner.empty() ? Word : std::string(Word) + " " + Inner,
                 Depth + 1);
  return std::string(Word) + " " + spell(Base, std::move(Inner), Depth + 1);
}

std::string Speller::spellDerived(const DIDerivedType *Ty, std::string Inner,
                         unsigned Depth) const {
  switch (Ty->getTag()) {
  case dwarf::DW_TAG_pointer_type:
    return spellPointer(Ty, "*", std::move(Inner), Depth);
  case dwarf::DW_TAG_reference_type:
    return spellPointer(Ty, "&", std::move(Inner), Depth);
  case dwarf::DW_TAG_rvalue_reference_type:
    return spellPointer(Ty, "&&", std::move(Inner), Depth);
  case dwarf::DW_TAG_const_type:
    return spellQualified(Ty, "const", std::move(Inner), Depth);
  case dwarf::DW_TAG_volatile_type:
    return spellQualified(Ty, "volatile", std::move(Inner), Depth);
  case dwarf::DW_TAG_restrict_type:
    return spellQualified(Ty, "restrict", std::move(Inner), Depth);
  case dwarf::DW_TAG_atomic_type:
    return spellQualified(Ty, "_Atomic", std::move(Inner), Depth);
  case dwarf::DW_TAG_typedef:
    return join(scopePrefix(Ty->getScope(), 0) + Ty->getName().str(), Inner);
  case dwarf::DW_TAG_ptr_to_member_type:
    return join(spell(Ty->getBaseType(), "", Depth + 1), "::*" + Inner);
  default:
    return spell(Ty->getBaseType(), std::move(Inner), Depth + 1);
  }
}

std::string Speller::spell(const DIType *Ty, std::string Inner,
                           unsigned Depth) const {
  if (!Ty)
    return join("void", Inner);
  if (Depth > MaxDepth)
    return join("...", Inner);
  if (auto *DT = dyn_cast<DIDerivedType>(Ty))
    return spellDerived(DT, std::move(Inner), Depth);
  if (auto *FT = dyn_cast<DISubroutineType>(Ty))
    return spellFunction(FT, std::move(Inner), Depth);
  auto *CT = dyn_cast<DICompositeType>(Ty);
  if (!CT)
    return join(Ty->getName().empty() ? "?" : Ty->getName().str(), Inner);
  switch (CT->getTag()) {
  case dwarf::DW_TAG_array_type: {
    for (unsigned I = 0; I < CT->getElements().size(); ++I) {
      uint64_t N = arrayCount(CT, I);
      Inner += N ? "[" + std::to_string(N) + "]" : "[]";
    }
    return spell(CT->getBaseType(), std::move(Inner), Depth + 1);
  }
  case dwarf::DW_TAG_union_type:
    return join(tagName(CT, "union"), Inner);
  case dwarf::DW_TAG_enumeration_type:
    return join(tagName(CT, "enum"), Inner);
  case dwarf::DW_TAG_class_type:
    return join(tagName(CT, "class"), Inner);
  default:
    return join(tagName(CT, "struct"), Inner);
  }
}

} // namespace

std::string typeName(const DIType *Ty, bool IsC) {
  return Speller(IsC).spell(Ty, "", 0);
}

std::string declaration(const DIType *Ty, StringRef Name, bool IsC) {
  return Speller(IsC).spell(Ty, Name.str(), 0);
}

bool isCUnit(const DICompileUnit *CU) {
  if (!CU)
    return true;
  switch (languageOf(CU)) {
  case dwarf::DW_LANG_C:
  case dwarf::DW_LANG_C89:
  case dwarf::DW_LANG_C99:
  case dwarf::DW_LANG_C11:
  case dwarf::DW_LANG_C17:
  case 0:
    return true;
  default:
    return false;
  }
}

const DIType *peelType(const DIType *Ty) {
  for (unsigned I = 0; I < MaxDepth; ++I) {
    auto *DT = dyn_cast_or_null<DIDerivedType>(Ty);
    if (!DT)
      return Ty;
    switch (DT->getTag()) {
    case dwarf::DW_TAG_typedef:
    case dwarf::DW_TAG_const_type:
    case dwarf::DW_TAG_volatile_type:
    case dwarf::DW_TAG_restrict_type:
    case dwarf::DW_TAG_atomic_type:
    case dwarf::DW_TAG_member:
      Ty = DT->getBaseType();
      break;
    default:
      return Ty;
    }
  }
  return nullptr;
}

uint64_t typeSize(const DIType *Ty) {
  Ty = peelType(Ty);
  return Ty && !isa<DISubroutineType>(Ty) ? Ty->getSizeInBits() / 8 : 0;
}

static bool hasTag(const DIType *Ty, std::initializer_list<unsigned> Tags) {
  auto *DT = dyn_cast_or_null<DIDerivedType>(peelType(Ty));
  return DT && is_contained(Tags, static_cast<unsigned>(DT->getTag()));
}

bool isReferenceType(const DIType *Ty) {
  return hasTag(Ty, {dwarf::DW_TAG_reference_type,
                     dwarf::DW_TAG_rvalue_reference_type});
}

bool isPointerType(const DIType *Ty) {
  return hasTag(Ty, {dwarf::DW_TAG_pointer_type}) || isReferenceType(Ty);
}

const DIType *pointeeType(const DIType *Ty) {
  return isPointerType(Ty) ? cast<DIDerivedType>(peelType(Ty))->getBaseType()
                           : nullptr;
}

const DIType *resultType(const DIType *Ty) {
  if (isPointerType(Ty))
    Ty = pointeeType(Ty);
  auto *FT = dyn_cast_or_null<DISubroutineType>(peelType(Ty));
  if (!FT || FT->getTypeArray().size() == 0)
    return nullptr;
  return FT->getTypeArray()[0];
}

const DIType *parameterType(const DISubprogram *SP, unsigned Index) {
  if (!SP || !SP->getType())
    return nullptr;
  DITypeRefArray Types = SP->getType()->getTypeArray();
  return Index + 1 < Types.size() ? Types[Index + 1] : nullptr;
}

uint64_t arrayCount(const DICompositeType *Ty, unsigned Dim) {
  DINodeArray Dims = Ty->getElements();
  if (Dim >= Dims.size())
    return 0;
  auto *Range = dyn_cast_or_null<DISubrange>(Dims[Dim]);
  if (!Range)
    return 0;
  auto *Count = dyn_cast_if_present<ConstantInt *>(Range->getCount());
  return Count && Count->getSExtValue() > 0 ? Count->getZExtValue() : 0;
}

} // namespace memscope
