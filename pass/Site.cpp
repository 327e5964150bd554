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

} // namespace

MDNode *SiteInfo::encode(LLVMContext &Ctx) const {
  SmallVector<Metadata *, NumOperands> Ops;
  for (auto Field : StringFields)
    Ops.push_back(MDString::get(Ctx, this->*Field));
  llvm::Type *I32 = llvm::Type::getInt32Ty(Ctx);
  for (auto Field : NumberFields)
    Ops.push_back(ConstantAsMetadata::get(ConstantInt::get(I32, this->*Field)));
  Ops.push_back(Caller);
  return MDNode::get(Ctx, Ops);
}

std::optional<SiteInfo> SiteInfo::decode(const MDNode *N) {
  if (!N || N->getNumOperands() != NumOperands)
    return std::nullopt;
  SiteInfo Site;
  unsigned I = 0;
  for (auto Field : StringFields) {
    auto *S = dyn_cast_or_null<MDString>(N->getOperand(I++).get());
    if (!S)
      return std::nullopt;
    Site.*Field = S->getString().str();
  }
  for (auto Field : NumberFields) {
    auto *C = mdconst::dyn_extract_or_null<ConstantInt>(N->getOperand(I++));
    if (!C)
      return std::nullopt;
    Site.*Field = static_cast<unsigned>(C->getZExtValue());
  }
  Site.Caller = dyn_cast_or_null<DISubprogram>(N->getOperand(I).get());
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

void locateSite(SiteInfo &Site, const CallBase &CB) {
  const Function &F = *CB.getFunction();
  Site.Func = sourceName(F);
  DISubprogram *SP = F.getSubprogram();
  const DILocation *Loc = CB.getDebugLoc();
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
  switch (Kind) {
  case MS_SITE_ALLOC:
    return "alloc";
  case MS_SITE_CALL:
    return "call";
  case MS_SITE_REALLOC:
    return "realloc";
  case MS_SITE_FREE:
    return "free";
  case MS_SITE_OUT:
    return "out";
  case MS_SITE_OPAQUE:
    return "opaque";
  }
  return "none";
}

} // namespace memscope
