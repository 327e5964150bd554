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
// abi.h has the table of who stores what. In a wrapper, which passes its result
// on, the site that the caller stored goes first:
//
//   entry:   %site = load volatile ptr, ptr %tls
//            ...
//            %named = icmp ne ptr %site, null
//            %name = select i1 %named, ptr %site, ptr <record of !20>
//
// and a function that may be called back by uninstrumented code stores %site
// back before it returns. The accesses are volatile because an optimiser that
// runs later (LTO) may think that malloc reads no memory of ours. Cost of the
// plain form: two instructions a store.
//
//===----------------------------------------------------------------------===//
#include "pass/Instrument.h"
#include "memscope/abi.h"
#include "pass/FunctionFacts.h"
#include "pass/LLVMCompat.h"
#include "pass/SiteResolver.h"
#include "pass/SiteTable.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

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
      : M(M), Resolver(M, Options::get(M.getContext())), Table(M) {}

  bool run();

private:
  void instrumentFunction(Function &F);
  void storeBefore(CallBase &CB, const ResolvedCall &R, Value *EntrySite);
  void restoreAtReturns(Function &F, Value *EntrySite);
  Value *tlsField(IRBuilder<> &B, uint64_t Offset);
  void forgetMemoryEffects();
  void removeMetadata();

  Module &M;
  SiteResolver Resolver;
  SiteTable Table;
  GlobalVariable *Tls = nullptr;
  SetVector<Function *> Changed;
};

Value *Instrumenter::tlsField(IRBuilder<> &B, uint64_t Offset) {
  if (!Tls) {
    LLVMContext &Ctx = M.getContext();
    Type *Ptr = PointerType::get(Ctx, 0);
    Tls = M.getGlobalVariable(MS_TLS_SYMBOL_NAME);
    if (!Tls)
      Tls = new GlobalVariable(M, StructType::get(Ctx, {Ptr, Ptr}), false,
                               GlobalValue::ExternalLinkage, nullptr,
                               MS_TLS_SYMBOL_NAME, nullptr,
                               GlobalValue::InitialExecTLSModel);
  }
  Value *Address = B.CreateThreadLocalAddress(Tls);
  return Offset ? B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Address, Offset)
                : Address;
}

void Instrumenter::storeBefore(CallBase &CB, const ResolvedCall &R,
                               Value *EntrySite) {
  IRBuilder<> B(&CB);
  ++NumCalls;
  if (R.Own->Kind != MS_SITE_FREE) {
    Value *Site = Table.addressOf(*R.Name);
    if (R.Inherit) {
      ++NumInherit;
      Site = B.CreateSelect(B.CreateIsNotNull(EntrySite), EntrySite, Site);
    }
    B.CreateStore(Site, tlsField(B, offsetof(ms_tls, site)),
                  /*isVolatile=*/true);
  }
  if (R.Own->setsAt())
    B.CreateStore(Table.addressOf(*R.Own), tlsField(B, offsetof(ms_tls, at)),
                  /*isVolatile=*/true);
}

/// Stores EntrySite back before every way out, except a musttail call, whose
/// callee is then the last to know.
void Instrumenter::restoreAtReturns(Function &F, Value *EntrySite) {
  ++NumRestores;
  for (BasicBlock &BB : F) {
    Instruction *End = BB.getTerminator();
    if (!isa<ReturnInst>(End) && !isa<ResumeInst>(End))
      continue;
    if (BB.getTerminatingMustTailCall())
      continue;
    IRBuilder<> B(End);
    B.CreateStore(EntrySite, tlsField(B, offsetof(ms_tls, site)),
                  /*isVolatile=*/true);
  }
}

void Instrumenter::instrumentFunction(Function &F) {
  SmallVector<std::pair<CallBase *, ResolvedCall>, 16> Calls;
  bool Inherits = false, StoresSite = false;
  for (BasicBlock &BB : F)
    for (Instruction &I : BB)
      if (auto *CB = dyn_cast<CallBase>(&I)) {
        ResolvedCall R = Resolver.resolve(*CB);
        if (!R.Own)
          continue;
        Calls.push_back({CB, R});
        Inherits |= R.Inherit;
        StoresSite |= R.Own->Kind != MS_SITE_FREE;
      }
  if (Calls.empty())
    return;
  Changed.insert(&F);
  bool Restores = StoresSite && F.hasAddressTaken();
  Value *EntrySite = nullptr;
  if (Inherits || Restores) {
    BasicBlock::iterator At = F.getEntryBlock().getFirstNonPHIOrDbgOrAlloca();
    IRBuilder<> B(&*At);
    B.SetCurrentDebugLocation(DebugLoc());
    EntrySite = B.CreateLoad(B.getPtrTy(), tlsField(B, offsetof(ms_tls, site)),
                             /*isVolatile=*/true, "memscope.caller");
  }
  for (auto &[CB, R] : Calls)
    storeBefore(*CB, R, EntrySite);
  if (Restores)
    restoreAtReturns(F, EntrySite);
}

/// Functions that were proven to leave memory alone now store to it; so do
/// their callers. An optimiser that runs later must not believe otherwise.
void Instrumenter::forgetMemoryEffects() {
  for (unsigned I = 0; I < Changed.size(); ++I) {
    Function *F = Changed[I];
    F->removeFnAttr(Attribute::Memory);
    F->removeFnAttr(Attribute::NoSync);
    for (User *U : F->users())
      if (auto *CB = dyn_cast<CallBase>(U))
        if (CB->getCalledOperand() == F) {
          CB->removeFnAttr(Attribute::Memory);
          CB->removeFnAttr(Attribute::NoSync);
          Changed.insert(CB->getFunction());
        }
  }
}

void Instrumenter::removeMetadata() {
  for (Function &F : M)
    for (BasicBlock &BB : F)
      for (Instruction &I : BB)
        if (isa<CallBase>(I))
          I.setMetadata(SiteMDName, nullptr);
  if (NamedMDNode *Named = M.getNamedMetadata(SiteTableMDName))
    Named->eraseFromParent();
}

bool Instrumenter::run() {
  for (Function &F : M) {
    // Bodies that another module owns are thrown away after this one.
    if (F.isDeclaration() || F.hasAvailableExternallyLinkage() ||
        F.isPresplitCoroutine() || isUntouchable(F))
      continue;
    instrumentFunction(F);
  }
  NumAmbiguousSites += Resolver.numAmbiguous();
  Table.finish();
  forgetMemoryEffects();
  removeMetadata();
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
