//===- Annotate.cpp - source facts -> !memscope.site metadata -------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
//   before:  %p = call ptr @xmalloc(i64 5), !dbg !10
//            store ptr %p, ptr %name.addr, !dbg !10
//   after:   %p = call ptr @xmalloc(i64 5), !dbg !10, !memscope.site !20
//            store ptr %p, ptr %name.addr, !dbg !10
//            !memscope.sites = !{!20}
//            !20 = !{!"push", !"list.c", ..., !"it->name", !"char", ...}
//
// Two more things are changed, so that the optimiser does not lose names:
//  - Two different sites at one line and column (a macro that calls twice) would
//    look the same once inlined; the second and later ones get a discriminator
//    in their debug location.
//  - `if (c) p->a = malloc(8); else p->b = malloc(8);` would become one call with
//    neither name: sites of pointers get the attribute `nomerge`.
//
//===----------------------------------------------------------------------===//
#include "pass/Annotate.h"
#include "pass/CopyFinder.h"
#include "pass/FullLevel.h"
#include "pass/FunctionFacts.h"
#include "pass/FunctionRecords.h"
#include "pass/Instrument.h"
#include "pass/LLVMCompat.h"
#include "pass/Site.h"
#include "pass/Stats.h"
#include "pass/TypeName.h"
#include "pass/VariableFate.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Module.h"
#include <map>
#include <tuple>

#define DEBUG_TYPE "memscope-annotate"

using namespace llvm;

STATISTIC(NumSites, "Calls annotated as sites");
STATISTIC(NumSkippedCalls, "Calls that may allocate but cannot be a site");
STATISTIC(NumCopies, "Pointer copies annotated");
STATISTIC(NumBlindSpots, "Pointer copies that cannot be recorded");
STATISTIC(NumSameLocation, "Sites told apart by a discriminator");

namespace memscope {

namespace {

class Annotator {
public:
  Annotator(Module &M)
      : M(M), Opts(Options::get(M.getContext())), Vars(M), Paths(M, Vars),
        Flow(Paths), Parameters(M, Opts), Fates(Vars, Parameters, Opts) {}

  bool run();

private:
  SiteInfo describe(const CallFacts &Facts, bool Fresh);
  void separate(CallBase &CB, SiteInfo &Site);
  void reportSkipped(const CallBase &CB, SkipReason Reason);
  void reportBlind(const BlindSpot &Spot);
  void annotateCopies();
  void describeFunctions(CopyFinder &Finder);
  MDNode *list(const SiteInfo &Site);

  Module &M;
  const Options &Opts;
  DebugVars Vars;
  AccessPath Paths;
  ResultFlow Flow;
  ParameterFacts Parameters;
  VariableFates Fates;
  SiteStats Stats;
  /// Caller, line, column -> the sites there without their discriminator.
  std::map<std::tuple<const DISubprogram *, unsigned, unsigned>,
           SmallVector<MDNode *, 1>>
      AtLocation;
  NamedMDNode *Table = nullptr;
  SmallPtrSet<MDNode *, 32> Listed;
};

unsigned siteKind(const CallFacts &Facts) {
  switch (Facts.Alloc.Role) {
  case AllocRole::Alloc:
    return MS_SITE_ALLOC;
  case AllocRole::Realloc:
    return MS_SITE_REALLOC;
  case AllocRole::Free:
    return MS_SITE_FREE;
  case AllocRole::Out:
    return MS_SITE_OUT;
  case AllocRole::None:
    break;
  }
  return holdsPointer(Facts.Call->getType()) ? MS_SITE_CALL : MS_SITE_OPAQUE;
}

SiteInfo Annotator::describe(const CallFacts &Facts, bool Fresh) {
  const CallBase &CB = *Facts.Call;
  SiteInfo Site;
  locateSite(Site, CB);
  Site.Kind = siteKind(Facts);
  Site.Callee = Paths.calleeName(CB);
  if (const Function *F = CB.getCalledFunction())
    Site.Symbol = F->getName().str();
  else
    Site.Flags |= MS_SITE_F_INDIRECT;
  if (Site.Kind != MS_SITE_FREE && mayLackFrames(CB))
    Site.Flags |= MS_SITE_F_FRAME;
  if (Facts.PassesResult)
    Site.Flags |= MS_SITE_F_PASSES_RESULT;
  if (Fresh && Site.Kind == MS_SITE_CALL)
    Site.Flags |= MS_SITE_F_FRESH;

  SlotInfo Slot;
  if (Site.Kind == MS_SITE_FREE)
    Slot = Flow.freedSlot(CB, Facts.Alloc.Arg);
  else if (Site.Kind == MS_SITE_OUT)
    Slot = Flow.outSlot(CB, Facts.Alloc.Arg);
  else if (Site.Kind != MS_SITE_OPAQUE)
    Slot = Flow.resultSlot(CB);
  if (Site.Flags & MS_SITE_F_NO_DEBUG)
    Slot.Path.clear(); // half a name (a symbol) would pass for a whole one
  Site.Path = Slot.Path;
  Site.Slot = Slot.Slot;
  Site.DeclLine = Slot.DeclLine;
  if (Slot.Several)
    Site.Flags |= MS_SITE_F_SEVERAL;
  if (Slot.HasType && !(Site.Flags & MS_SITE_F_NO_DEBUG)) {
    Site.Type = typeName(Slot.Pointee, isCUnit(Site.Caller->getUnit()));
    Site.TypeSize = static_cast<unsigned>(
        std::min<uint64_t>(typeSize(Slot.Pointee), UINT32_MAX));
  }
  if (Opts.copies() && Site.Kind != MS_SITE_FREE && Site.Kind != MS_SITE_OUT)
    Fates.describe(Site, CB);
  return Site;
}

/// Gives CB's location a discriminator if another site is at the same place.
void Annotator::separate(CallBase &CB, SiteInfo &Site) {
  const DILocation *Loc = CB.getDebugLoc();
  if (!Loc || !Site.Caller)
    return;
  auto &Others = AtLocation[{Site.Caller, Site.Line, Site.Column}];
  MDNode *Plain = Site.encode(M.getContext());
  auto *It = find(Others, Plain);
  unsigned Index = static_cast<unsigned>(It - Others.begin());
  if (It == Others.end())
    Others.push_back(Plain);
  if (Index == 0)
    return;
  ++NumSameLocation;
  const DILocation *Marked = Loc->cloneWithDiscriminator(
      DILocation::encodeDiscriminator(Index, 0, 0).value_or(0));
  CB.setDebugLoc(Marked);
  Site.Discriminator = Marked->getDiscriminator();
}

void Annotator::reportSkipped(const CallBase &CB, SkipReason Reason) {
  ++NumSkippedCalls;
  Stats.addSkipped();
  if (!Opts.Remarks)
    return;
  const char *Why = Reason == SkipReason::InlineAsm ? "inline assembly"
                    : Reason == SkipReason::NakedFunction
                        ? "the function is naked"
                        : "instrumentation is off for the function";
  SiteInfo Site;
  locateSite(Site, CB);
  errs() << "memscope: remark: " << (Site.File.empty() ? "?" : Site.File) << ':'
         << Site.Line << ':' << Site.Column << ": call in " << Site.Func
         << " is not a site: " << Why << '\n';
}

void Annotator::reportBlind(const BlindSpot &Spot) {
  ++NumBlindSpots;
  Stats.addBlind();
  if (!Opts.Remarks)
    return;
  SiteInfo Site;
  locateSite(Site, *Spot.At);
  errs() << "memscope: remark: " << (Site.File.empty() ? "?" : Site.File) << ':'
         << Site.Line << ':' << Site.Column << ": pointer copy in " << Site.Func
         << " is not recorded: " << Spot.Why << '\n';
}

/// SITE's node, in the table of all.
MDNode *Annotator::list(const SiteInfo &Site) {
  MDNode *Node = Site.encode(M.getContext());
  if (!Table)
    Table = M.getOrInsertNamedMetadata(SiteTableMDName);
  if (Listed.insert(Node).second)
    Table->addOperand(Node);
  return Node;
}

void Annotator::annotateCopies() {
  CopyFinder Finder(M, Paths, Flow, Fates, Opts);
  std::vector<CopyNote> Notes;
  std::vector<BlindSpot> Blind;
  for (Function &F : M)
    if (!F.isDeclaration())
      Finder.find(F, Notes, Blind);
  Finder.finish(Notes);
  for (const CopyNote &Note : Notes) {
    const char *Kind = Note.IsBinding ? BindMDName : CopyMDName;
    if (Note.Site.Kind == MS_SITE_NONE) {
      Note.At->setMetadata(Kind, MDNode::get(M.getContext(), {}));
      continue;
    }
    Note.At->setMetadata(Kind, list(Note.Site));
    ++NumCopies;
    Stats.add(Note.Site);
  }
  for (const BlindSpot &Spot : Blind)
    reportBlind(Spot);
  describeFunctions(Finder);
}

/// Lists the records of all functions. At level full also inserts the calls that
/// act before the optimiser, last of all: they change what the others look at.
void Annotator::describeFunctions(CopyFinder &Finder) {
  FunctionRecords Records(Vars, Parameters, Fates);
  NamedMDNode *Functions = nullptr;
  std::vector<std::pair<Function *, MDNode *>> Nodes;
  for (Function &F : M) {
    if (F.isDeclaration() || F.hasAvailableExternallyLinkage())
      continue;
    if (!Functions) {
      Functions = M.getOrInsertNamedMetadata(FunctionsMDName);
      M.getOrInsertNamedMetadata(SiteTableMDName);
    }
    bool IsFunc = true;
    for (const SiteInfo &Site : Records.describe(F)) {
      MDNode *Node = Site.encode(M.getContext());
      Functions->addOperand(Node);
      if (IsFunc)
        Nodes.push_back({&F, Node});
      IsFunc = false;
    }
  }
  if (!Opts.full())
    return;
  auto List = [this](const SiteInfo &Site) { return list(Site); };
  FullLevel Full(M, Paths, Vars, Finder, Opts, List);
  for (auto [F, Node] : Nodes)
    Full.run(*F, Node);
}

bool Annotator::run() {
  FunctionFacts Facts(M, Flow, Opts);
  for (const CallFacts &Call : Facts.calls()) {
    if (!Facts.isSite(Call))
      continue;
    SiteInfo Site = describe(Call, Facts.returnsFresh(Call));
    separate(*Call.Call, Site);
    Call.Call->setMetadata(SiteMDName, list(Site));
    if (Site.Kind != MS_SITE_OPAQUE)
      Call.Call->addFnAttr(Attribute::NoMerge);
    ++NumSites;
    Stats.add(Site);
  }
  for (auto [CB, Reason] : Facts.skipped())
    reportSkipped(*CB, Reason);
  if (Opts.copies())
    annotateCopies();
  if (Opts.Stats)
    Stats.print(errs(), M.getSourceFileName(), Opts.copies());
  return Table != nullptr;
}

} // namespace

PreservedAnalyses AnnotatePass::run(Module &M, ModuleAnalysisManager &) {
  if (!tripleOf(M).isOSBinFormatELF() || M.getModuleFlag(InstrumentedFlag) ||
      M.getNamedMetadata(SiteTableMDName))
    return PreservedAnalyses::all();
  Annotator(M).run();
  return Options::get(M.getContext()).full() ? PreservedAnalyses::none()
                                             : PreservedAnalyses::all();
}

} // namespace memscope
