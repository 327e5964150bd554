//===- SiteResolver.cpp - after inlining: who names this call's block? ----===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// From the call outwards: as long as the site at hand passes its result on, the
// call that was inlined there names the block. The walk ends at a site that
// keeps the result (it has the name), or at the function that really exists;
// if that one passes the result on too, the name comes from its caller at run
// time.
//
// Optimisations that replace a call (malloc + memset -> calloc, argument
// promotion, removal of an unused result) drop metadata they do not know, but keep the debug location; such a
// call is found again by place and callee.
//
//===----------------------------------------------------------------------===//
#include "pass/SiteResolver.h"

#include "llvm/IR/Function.h"

using namespace llvm;

namespace memscope {

SiteResolver::SiteResolver(Module &M, const Options &O) : Opts(O) {
  const NamedMDNode *Table = M.getNamedMetadata(SiteTableMDName);
  if (!Table)
    return;
  for (const MDNode *N : Table->operands())
    if (const SiteInfo *Site = siteOf(N))
      if (Site->Caller)
        (Site->isCopy() ? CopiesAt : AtLocation)[{Site->Caller, Site->Line,
                                                  Site->Column}]
            .push_back(Site);
}

const SiteInfo *SiteResolver::siteOf(const MDNode *N) {
  if (!N)
    return nullptr;
  auto [It, IsNew] = Sites.try_emplace(N);
  if (IsNew)
    if (std::optional<SiteInfo> Site = SiteInfo::decode(N))
      It->second = std::make_unique<SiteInfo>(std::move(*Site));
  return It->second.get();
}

const SiteInfo *SiteResolver::copyAt(const Instruction &I, unsigned Kind,
                                     function_ref<bool(const SiteInfo &)> MayBe) {
  const DILocation *Loc = I.getDebugLoc();
  if (!Loc)
    return nullptr;
  unsigned Column = Loc->getColumn() > UINT16_MAX ? 0 : Loc->getColumn();
  auto It = CopiesAt.find(
      {Loc->getScope()->getSubprogram(), Loc->getLine(), Column});
  if (It == CopiesAt.end())
    return nullptr;
  const SiteInfo *Other = nullptr;
  for (const SiteInfo *Site : It->second) {
    if (!MayBe(*Site))
      continue;
    if (Site->Kind == Kind)
      return Site;
    if (Site->Kind == MS_SITE_STORE || Site->Kind == MS_SITE_COPY)
      Other = Site;
  }
  return Other;
}

bool SiteResolver::putsPointers(const DISubprogram *SP) const {
  for (auto It = CopiesAt.lower_bound({SP, 0, 0});
       It != CopiesAt.end() && std::get<0>(It->first) == SP; ++It)
    for (const SiteInfo *S : It->second)
      if (S->Kind == MS_SITE_COPY ||
          (S->Kind == MS_SITE_STORE && S->Slot != MS_SLOT_LOCAL && S->Slot != MS_SLOT_PARAM))
        return true;
  return false;
}

/// "it->" of "it->next", "struct item." of "struct item.next".
static StringRef ownerOf(StringRef Member) {
  size_t At = Member.find_last_of(".>");
  return At == StringRef::npos ? "" : Member.take_front(At + 1);
}

/// The store to the member at OFFSET of the structure that SITE stores to which is
/// nearest in the source; null if there is none.
const SiteInfo *SiteResolver::memberStore(const SiteInfo &Site, uint64_t Offset) {
  const SiteInfo *Nearest = nullptr;
  auto Distance = [&](const SiteInfo *S) {
    return S->Line < Site.Line ? Site.Line - S->Line : S->Line - Site.Line;
  };
  for (auto It = CopiesAt.lower_bound({Site.Caller, 0, 0});
       It != CopiesAt.end() && std::get<0>(It->first) == Site.Caller; ++It)
    for (const SiteInfo *S : It->second)
      if (S->Kind == MS_SITE_STORE && S->Offset == Offset && !S->Field.empty() &&
          ownerOf(S->Field) == ownerOf(Site.Field) && ownerOf(S->Path) == ownerOf(Site.Path) &&
          (!Nearest || Distance(S) < Distance(Nearest)))
        Nearest = S;
  return Nearest;
}

SmallVector<const SiteInfo *, 4> SiteResolver::partsOf(const SiteInfo &Site,
                                                       ArrayRef<uint64_t> Offsets) {
  SmallVector<const SiteInfo *, 4> Parts;
  bool IsMember = Site.Caller && Site.Kind == MS_SITE_STORE && !Site.Field.empty() &&
                  !(Site.Flags & MS_SITE_F_SEVERAL);
  for (uint64_t Own : Offsets) { // which of the parts is that of SITE?
    if (!IsMember || Own > Site.Offset)
      break;
    Parts.clear();
    for (uint64_t Offset : Offsets)
      Parts.push_back(Offset == Own ? &Site
                                    : memberStore(Site, Site.Offset - Own + Offset));
    if (!is_contained(Parts, nullptr))
      return Parts;
  }
  Parts.assign(Offsets.size(), &Site);
  return Parts;
}

const SiteInfo *SiteResolver::keep(std::unique_ptr<SiteInfo> Site) {
  MadeUp.push_back(std::move(Site));
  return MadeUp.back().get();
}

/// The site of the call at CALLLOC of the inlined function CALLEE.
const SiteInfo *SiteResolver::siteAt(const DILocation *CallLoc,
                                     const DISubprogram *Callee) {
  unsigned Column = CallLoc->getColumn() > UINT16_MAX ? 0 : CallLoc->getColumn();
  auto It = AtLocation.find(
      {CallLoc->getScope()->getSubprogram(), CallLoc->getLine(), Column});
  if (It == AtLocation.end())
    return nullptr;
  SmallVector<const SiteInfo *, 4> Left(It->second.begin(), It->second.end());
  auto Narrow = [&Left](auto Fits) {
    if (Left.size() > 1 && any_of(Left, Fits))
      erase_if(Left, [&](const SiteInfo *S) { return !Fits(S); });
  };
  StringRef Linkage = Callee->getLinkageName(), Name = Callee->getName();
  auto IsCallee = [&](const SiteInfo *S) {
    return S->Symbol.empty() || S->Symbol == Linkage || S->Symbol == Name ||
           S->Callee == Name;
  };
  // A macro may call several functions at one place; another one's site must
  // not be taken even if it is the only one.
  if (none_of(Left, IsCallee))
    return nullptr;
  Narrow(IsCallee);
  Narrow([&](const SiteInfo *S) {
    return S->Discriminator == CallLoc->getDiscriminator();
  });
  if (Left.size() > 1)
    ++NumAmbiguous;
  return Left.front();
}

/// The site of a call that the optimiser made in place of an annotated one
/// (malloc + memset -> calloc, printf -> puts), or one made up from the call's own
/// location: without a site its allocations would get the name of an older call.
const SiteInfo *SiteResolver::lostSite(const CallBase &CB) {
  AllocCall Alloc = classifyAllocCall(CB, Opts);
  const Function *F = CB.getCalledFunction();
  if (Alloc.Role == AllocRole::None && isInertCall(CB))
    return nullptr;
  if (const DILocation *Loc = CB.getDebugLoc()) {
    unsigned Column = Loc->getColumn() > UINT16_MAX ? 0 : Loc->getColumn();
    auto It = AtLocation.find(
        {Loc->getScope()->getSubprogram(), Loc->getLine(), Column});
    if (It != AtLocation.end())
      for (const SiteInfo *S : It->second)
        if ((F && S->Symbol == F->getName()) ||
            (Alloc.Role == AllocRole::Alloc && S->Kind == MS_SITE_ALLOC) ||
            (Alloc.Role == AllocRole::None && S->Kind == MS_SITE_OPAQUE))
          return S;
  }
  // A function of this module that was no site before is none now.
  if (Alloc.Role == AllocRole::None && F && !F->isDeclaration())
    return nullptr;
  auto Site = std::make_unique<SiteInfo>();
  locateSite(*Site, CB);
  if (F)
    Site->Callee = sourceName(*F);
  else
    Site->Flags |= MS_SITE_F_INDIRECT;
  switch (Alloc.Role) {
  case AllocRole::Alloc:
    Site->Kind = MS_SITE_ALLOC;
    break;
  case AllocRole::Realloc:
    Site->Kind = MS_SITE_REALLOC;
    break;
  case AllocRole::Free:
    Site->Kind = MS_SITE_FREE;
    break;
  case AllocRole::Out:
    Site->Kind = MS_SITE_OUT;
    break;
  case AllocRole::None:
    Site->Kind = CB.getType()->isPointerTy() ? MS_SITE_CALL : MS_SITE_OPAQUE;
    break;
  }
  if (Site->Kind != MS_SITE_FREE && mayLackFrames(CB))
    Site->Flags |= MS_SITE_F_FRAME;
  return keep(std::move(Site));
}

const SiteInfo *SiteResolver::ownSite(const CallBase &CB) {
  if (const MDNode *N = CB.getMetadata(SiteMDName))
    return siteOf(N);
  if (CB.isInlineAsm())
    return nullptr;
  return lostSite(CB);
}

ResolvedCall SiteResolver::resolve(const CallBase &CB) {
  ResolvedCall R;
  R.Own = R.Name = ownSite(CB);
  if (!R.Own || !R.Own->passesResult())
    return R;
  const DILocation *Loc = CB.getDebugLoc();
  if (!Loc) {
    // Without debug info only a site that stayed in its function can be told
    // from an inlined one, whose caller here is another's.
    R.Inherit = R.Own->Func == sourceName(*CB.getFunction());
    return R;
  }
  while (R.Name->passesResult()) {
    const DILocation *CallLoc = Loc->getInlinedAt();
    if (!CallLoc) {
      R.Inherit = true;
      break;
    }
    const SiteInfo *Outer =
        siteAt(CallLoc, Loc->getScope()->getSubprogram());
    if (!Outer)
      break;
    R.Name = Outer;
    Loc = CallLoc;
  }
  return R;
}

} // namespace memscope
