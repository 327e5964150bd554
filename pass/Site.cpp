//===- Site.cpp - what is known about one site, and its metadata form -----===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Encoding and decoding must stay mirror images: both walk the same two lists.
//
//===----------------------------------------------------------------------===//
#include "pass/Site.h"

#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Function.h"

using namespace llvm;

namespace memscope {

namespace {

constexpr std::string SiteInfo::*StringFields[] = {
    &SiteInfo::Func, &SiteInfo::File,   &SiteInfo::Dir,   &SiteInfo::Path,
    &SiteInfo::Type, &SiteInfo::Callee, &SiteInfo::Symbol};
constexpr unsigned SiteInfo::*NumberFields[] = {
    &SiteInfo::Line,     &SiteInfo::Column,   &SiteInfo::Kind,
    &SiteInfo::Slot,     &SiteInfo::Flags,    &SiteInfo::TypeSize,
    &SiteInfo::DeclLine, &SiteInfo::Discriminator};
constexpr unsigned NumOperands =
    std::size(StringFields) + std::size(NumberFields) + 1;
// Only in sites of copies, and where one of them is known.
constexpr std::string SiteInfo::*CopyStringFields[] = {&SiteInfo::Field,
                                                       &SiteInfo::Src};
constexpr unsigned SiteInfo::*CopyNumberFields[] = {
    &SiteInfo::SrcSlot, &SiteInfo::Index, &SiteInfo::Offset,
    &SiteInfo::Words,   &SiteInfo::NoPointers};
constexpr unsigned NumCopyOperands =
    NumOperands + std::size(CopyStringFields) + std::size(CopyNumberFields);

} // namespace

MDNode *SiteInfo::encode(LLVMContext &Ctx) const {
  SmallVector<Metadata *, NumCopyOperands> Ops;
  llvm::Type *I32 = llvm::Type::getInt32Ty(Ctx);
  auto Add = [&](const auto &Strings, const auto &Numbers) {
    for (auto Field : Strings)
      Ops.push_back(MDString::get(Ctx, this->*Field));
    for (auto Field : Numbers)
      Ops.push_back(
          ConstantAsMetadata::get(ConstantInt::get(I32, this->*Field)));
  };
  Add(StringFields, NumberFields);
  Ops.push_back(Caller);
  if (isCopy() || Offset)
    Add(CopyStringFields, CopyNumberFields);
  return MDNode::get(Ctx, Ops);
}

std::optional<SiteInfo> SiteInfo::decode(const MDNode *N) {
  if (!N || (N->getNumOperands() != NumOperands &&
             N->getNumOperands() != NumCopyOperands))
    return std::nullopt;
  SiteInfo Site;
  unsigned I = 0;
  auto Take = [&](const auto &Strings, const auto &Numbers) {
    for (auto Field : Strings) {
      auto *S = dyn_cast_or_null<MDString>(N->getOperand(I++).get());
      if (!S)
        return false;
      Site.*Field = S->getString().str();
    }
    for (auto Field : Numbers) {
      auto *C = mdconst::dyn_extract_or_null<ConstantInt>(N->getOperand(I++));
      if (!C)
        return false;
      Site.*Field = static_cast<unsigned>(C->getZExtValue());
    }
    return true;
  };
  if (!Take(StringFields, NumberFields))
    return std::nullopt;
  Site.Caller = dyn_cast_or_null<DISubprogram>(N->getOperand(I++).get());
  if (I < N->getNumOperands() && !Take(CopyStringFields, CopyNumberFields))
    return std::nullopt;
  return Site;
}

std::string sourceName(const Function &F) {
  if (const DISubprogram *SP = F.getSubprogram())
    if (!SP->getName().empty())
      return SP->getName().str();
  std::string Name = demangle(F.getName().str());
  // "ns::f(int, char)" -> "ns::f", as debug info would say; "operator()" and
  // names without parameters stay.
  if (Name != F.getName()) {
    int Depth = 0;
    for (size_t I = Name.size(); I-- > 0;) {
      if (Name[I] == ')')
        ++Depth;
      else if (Name[I] == '(' && --Depth == 0) {
        if (I > 0)
          Name.resize(I);
        break;
      }
    }
  }
  return Name;
}

void locateSite(SiteInfo &Site, const Instruction &At) {
  const Function &F = *At.getFunction();
  Site.Func = sourceName(F);
  DISubprogram *SP = F.getSubprogram();
  const DILocation *Loc = At.getDebugLoc();
  if (Loc) {
    if (DISubprogram *Inner = Loc->getScope()->getSubprogram())
      SP = Inner;
    Site.Line = Loc->getLine();
    Site.Column = Loc->getColumn() > UINT16_MAX ? 0 : Loc->getColumn();
    Site.Discriminator = Loc->getDiscriminator();
  }
  if (!SP) {
    Site.Flags |= MS_SITE_F_NO_DEBUG;
    Site.File = F.getParent()->getSourceFileName();
    return;
  }
  if (!SP->getName().empty())
    Site.Func = SP->getName().str();
  // A macro or #include may put the line into another file than the function's.
  const DIFile *File = Loc ? Loc->getFile() : SP->getFile();
  if (File) {
    Site.File = File->getFilename().str();
    Site.Dir = File->getDirectory().str();
  }
  Site.Caller = SP;
}

StringRef siteKindName(unsigned Kind) {
  static constexpr StringLiteral Names[] = {
      "none",   "alloc", "call", "realloc", "free", "out",
      "opaque", "store", "copy", "bind", "frame", "func", "param",
      "return", "count", "pass", "scope"};
  return Kind < std::size(Names) ? Names[Kind] : Names[0];
}

} // namespace memscope
