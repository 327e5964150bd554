//===- Instrument.cpp - !memscope.site metadata -> code -------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
//   before:  %p = call ptr @malloc(i64 8), !memscope.site !20
//   after:   %tls = call ptr @llvm.threadlocal.address(ptr @__memscope_tls)
//            store volatile ptr <record of !20>, ptr %tls           ; .site
//            store volatile ptr <record of !20>, ptr (%tls + 8)     ; .at
//            %p = call ptr @malloc(i64 8)
//
// strdup, which comes from libc and has no frame of its own, needs two more:
//
//            %fp = call ptr @llvm.frameaddress.p0(i32 0)
//            store volatile ptr %fp, ptr (%tls + 16)                ; .frame
//            %sp = call ptr @llvm.stacksave.p0()
//            store volatile ptr %sp, ptr (%tls + 24)                ; .stack
//
// abi.h has the table of who stores what. In a wrapper, which passes its result
// on, the site that the caller stored goes first:
//
//   entry:   %site = load volatile ptr, ptr %tls
//            ...
//            %named = icmp ne ptr %site, null
//            %name = select i1 %named, ptr %site, ptr <record of !20>
//
// and a function that may be called back by uninstrumented code stores %site, .frame
// and .stack back before it returns. The accesses are volatile because an optimiser that
// runs later (LTO) may think that malloc reads no memory of ours. Cost of the
// plain form: two instructions a store.
//
//===----------------------------------------------------------------------===//
#include "pass/Instrument.h"
#include "memscope/abi.h"
#include "pass/ArenaCheck.h"
#include "pass/CopyLowering.h"
#include "pass/FunctionFacts.h"
#include "pass/FrameSlots.h"
#include "pass/LLVMCompat.h"
#include "pass/Markers.h"
#include "pass/SiteResolver.h"
#include "pass/SiteTable.h"
#include "pass/StackAnchors.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/Module.h"
#include <array>

#define DEBUG_TYPE "memscope-instrument"

using namespace llvm;

STATISTIC(NumCalls, "Calls instrumented");
STATISTIC(NumInherit, "Calls that take their name from the caller first");
STATISTIC(NumRestores, "Functions that restore the caller's site");
STATISTIC(NumAmbiguousSites, "Inlined calls with two possible sites");

namespace memscope {

namespace {

class Instrumenter {
public:
  explicit Instrumenter(Module &M)
      : M(M), Opts(Options::get(M.getContext())), Resolver(M, Opts),
        Table(M, Opts.L), Copies(M, Table, Resolver, Opts), Frames(M, Table, Resolver) {}

  bool run();

private:
  void instrumentFunction(Function &F);
  void instrumentCopies(Function &F);
  void storeBefore(CallBase &CB, const ResolvedCall &R, Value *EntrySite);
  using EntryState = std::array<Value *, 3>; ///< .site, .frame, .stack
  void restoreAtReturns(Function &F, const EntryState &Entry);
  void store(IRBuilder<> &B, Value *What, uint64_t Offset);
  Value *loadAtEntry(Function &F, uint64_t Offset, const char *Name);
  Value *tlsField(IRBuilder<> &B, uint64_t Offset);
  void appendFunctions();
  void forgetMemoryEffects();
  void removeMetadata();

  Module &M;
  const Options &Opts;
  SiteResolver Resolver;
  SiteTable Table;
  CopyLowering Copies;
  FrameSlots Frames;
  SetVector<Function *> Changed;
};

Value *Instrumenter::tlsField(IRBuilder<> &B, uint64_t Offset) {
  Value *Address = B.CreateThreadLocalAddress(tlsVariable(M));
  return Offset ? B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Address, Offset)
                : Address;
}

void Instrumenter::store(IRBuilder<> &B, Value *What, uint64_t Offset) {
  ownAccess(B.CreateStore(What, tlsField(B, Offset), /*isVolatile=*/true));
}

Value *Instrumenter::loadAtEntry(Function &F, uint64_t Offset,
                                 const char *Name) {
  BasicBlock::iterator At = F.getEntryBlock().getFirstNonPHIOrDbgOrAlloca();
  IRBuilder<> B(&*At);
  B.SetCurrentDebugLocation(DebugLoc());
  return ownAccess(B.CreateLoad(B.getPtrTy(), tlsField(B, Offset), /*isVolatile=*/true, Name));
}

void Instrumenter::storeBefore(CallBase &CB, const ResolvedCall &R,
                               Value *EntrySite) {
  IRBuilder<> B(&CB);
  ++NumCalls;
  if (R.Own->Kind != MS_SITE_FREE && !(R.Inherit && !EntrySite)) {
    Value *Site = Table.addressOf(*R.Name);
    if (R.Inherit) {
      ++NumInherit;
      Site = B.CreateSelect(B.CreateIsNotNull(EntrySite), EntrySite, Site);
    }
    store(B, Site, offsetof(ms_tls, site));
  }
  if (R.Own->storesFrame()) {
    Value *Frame = B.CreateIntrinsic(Intrinsic::frameaddress, {B.getPtrTy()},
                                     {B.getInt32(0)});
    store(B, Frame, offsetof(ms_tls, frame));
    // A tail call leaves no return address of ours.
    Value *Stack = ConstantPointerNull::get(B.getPtrTy());
    if (!isa_and_nonnull<ReturnInst>(CB.getNextNode()))
      Stack = B.CreateStackSave();
    store(B, Stack, offsetof(ms_tls, stack));
  }
  if (R.Own->setsAt())
    store(B, Table.addressOf(*R.Own), offsetof(ms_tls, at));
}

/// Stores what the caller had before every way out, except a musttail call,
/// whose callee is then the last to know.
void Instrumenter::restoreAtReturns(Function &F, const EntryState &Entry) {
  ++NumRestores;
  for (BasicBlock &BB : F) {
    Instruction *End = BB.getTerminator();
    if (!isa<ReturnInst>(End) && !isa<ResumeInst>(End))
      continue;
    if (BB.getTerminatingMustTailCall())
      continue;
    IRBuilder<> B(End);
    store(B, Entry[0], offsetof(ms_tls, site));
    if (Entry[1]) {
      store(B, Entry[1], offsetof(ms_tls, frame));
      store(B, Entry[2], offsetof(ms_tls, stack));
    }
  }
}

/// Whether the runtime knows R's name by itself: it takes the call's own site if .site is 0.
static bool leavesSite(const ResolvedCall &R) {
  return R.Inherit && R.Own->setsAt() && R.Name == R.Own;
}

void Instrumenter::instrumentFunction(Function &F) {
  SmallVector<std::pair<CallBase *, ResolvedCall>, 16> Calls;
  bool Inherits = false, StoresSite = false, StoresFrame = false;
  for (BasicBlock &BB : F)
    for (Instruction &I : BB)
      if (auto *CB = dyn_cast<CallBase>(&I)) {
        ResolvedCall R = Resolver.resolve(*CB);
        if (!R.Own)
          continue;
        Calls.push_back({CB, R});
        Inherits |= R.Inherit;
        StoresSite |= R.Own->Kind != MS_SITE_FREE && !leavesSite(R);
        StoresFrame |= R.Own->storesFrame();
      }
  if (Calls.empty())
    return;
  Changed.insert(&F);
  // Nobody here changes .site, so it still is what it was at entry.
  if (!StoresSite)
    Inherits = false;
  bool Restores = (StoresSite || StoresFrame) && F.hasAddressTaken();
  EntryState Entry{};
  if (Restores && StoresFrame) {
    Entry[1] = loadAtEntry(F, offsetof(ms_tls, frame), "memscope.frame");
    Entry[2] = loadAtEntry(F, offsetof(ms_tls, stack), "memscope.stack");
  }
  if (Inherits || Restores)
    Entry[0] = loadAtEntry(F, offsetof(ms_tls, site), "memscope.caller");
  for (auto &[CB, R] : Calls)
    storeBefore(*CB, R, Entry[0]);
  if (Restores)
    restoreAtReturns(F, Entry);
}

void Instrumenter::instrumentCopies(Function &F) {
  Frames.collect(F);
  bool HasCopies = Copies.run(F);
  if (Frames.lower(F) || HasCopies)
    Changed.insert(&F);
}

/// An argument that was only written to is now read (the old value of a slot),
/// and its address is given to a hook.
template <typename T> void forgetArguments(T &FunctionOrCall) {
  for (unsigned I = 0; I < FunctionOrCall.arg_size(); ++I)
    for (Attribute::AttrKind Kind : argumentPromises())
      FunctionOrCall.removeParamAttr(I, Kind);
}

/// Functions that were proven to leave memory alone now store to it; so do
/// their callers. An optimiser that runs later must not believe otherwise.
void Instrumenter::forgetMemoryEffects() {
  for (unsigned I = 0; I < Changed.size(); ++I) {
    Function *F = Changed[I];
    F->removeFnAttr(Attribute::Memory);
    F->removeFnAttr(Attribute::NoSync);
    if (Opts.copies())
      forgetArguments(*F);
    for (User *U : F->users())
      if (auto *CB = dyn_cast<CallBase>(U))
        if (CB->getCalledOperand() == F) {
          CB->removeFnAttr(Attribute::Memory);
          CB->removeFnAttr(Attribute::NoSync);
          if (Opts.copies())
            forgetArguments(*CB);
          Changed.insert(CB->getFunction());
        }
  }
}

void Instrumenter::removeMetadata() {
  for (Function &F : M)
    for (BasicBlock &BB : F)
      for (Instruction &I : BB)
        for (const char *Kind : {SiteMDName, CopyMDName, BindMDName})
          I.setMetadata(Kind, nullptr);
  for (const char *Name : {SiteTableMDName, FunctionsMDName})
    if (NamedMDNode *Named = M.getNamedMetadata(Name))
      Named->eraseFromParent();
}

/// The records of functions come first, each followed by its parameters'.
void Instrumenter::appendFunctions() {
  const NamedMDNode *Functions = M.getNamedMetadata(FunctionsMDName);
  if (!Functions)
    return;
  for (const MDNode *N : Functions->operands())
    if (const SiteInfo *Site = Resolver.siteOf(N))
      Table.append(*Site);
}

bool Instrumenter::run() {
  appendFunctions();
  for (Function &F : M) {
    // Bodies that another module owns are thrown away after this one.
    if (F.isDeclaration() || F.hasAvailableExternallyLinkage() ||
        F.isPresplitCoroutine() || isUntouchable(F))
      continue;
    // Copies first: what instrumentFunction stores is no copy of the program's.
    if (Opts.copies())
      instrumentCopies(F);
    instrumentFunction(F);
    if (anchorAtEntry(F))
      Changed.insert(&F);
  }
  SmallVector<Function *, 16> Marked;
  lowerMarkers(M, Table, Resolver, Marked);
  Changed.insert(Marked.begin(), Marked.end());
  NumAmbiguousSites += Resolver.numAmbiguous();
  Table.finish();
  forgetMemoryEffects();
  removeMetadata();
  if (Opts.Stats && Opts.copies())
    Copies.stats().print(errs(), M.getSourceFileName());
  M.addModuleFlag(Module::Max, InstrumentedFlag, 1);
  return true;
}

} // namespace

PreservedAnalyses InstrumentPass::run(Module &M, ModuleAnalysisManager &) {
  if (M.getModuleFlag(InstrumentedFlag) || !M.getNamedMetadata(SiteTableMDName))
    return PreservedAnalyses::all();
  Instrumenter(M).run();
  return PreservedAnalyses::none();
}

} // namespace memscope
