//===- FullLevel.cpp - what level full inserts at the start ---------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
//   before:  store ptr %v, ptr %p.addr
//   after:   %old = load ptr, ptr %p.addr
//            %was = freeze ptr %old                  ; undef at first
//            store ptr %v, ptr %p.addr
//            call void @memscope.bind(ptr %v, ptr %was, ptr @memscope.site.7)
//
// and mem2reg makes registers of it all. Where the variable's block ends it is bound to
// NULL, by a SCOPE site. A variable that must stay in memory (its
// address is taken, a struct) is a slot: its stores are reported with their
// address from here on, so that the optimiser keeps them.
//
//===----------------------------------------------------------------------===//
#include "pass/FullLevel.h"
#include "pass/ArenaCheck.h"
#include "memscope/abi.h"
#include "pass/FunctionFacts.h"
#include "pass/Markers.h"
#include "pass/PointerTypes.h"
#include "pass/TypeName.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

#define DEBUG_TYPE "memscope-full"

using namespace llvm;

STATISTIC(NumVariables, "Pointer variables bound");
STATISTIC(NumAssignments, "Assignments to bound variables");
STATISTIC(NumEnds, "Ends of blocks at which a variable is unbound");
STATISTIC(NumCounts, "Counter changes");
STATISTIC(NumPassed, "Pointer arguments handed to other code");

namespace memscope {

SiteInfo FullLevel::siteOf(const Instruction &At, unsigned Kind) {
  SiteInfo Site;
  locateSite(Site, At);
  Site.Kind = Kind;
  return Site;
}

Constant *FullLevel::record(const SiteInfo &Site) {
  return sitePlaceholder(M, List(Site));
}

/// Takes over what the copy finder put on the store, or says of a load that no source
/// line reads the variable there.
static void markDone(Instruction &I) {
  I.setMetadata(CopyMDName, MDNode::get(I.getContext(), {}));
}

/// What VARIABLE had before.
static Value *oldValue(IRBuilder<> &B, llvm::Type *Ty, Value *Variable) {
  LoadInst *LI = ownAccess(B.CreateLoad(Ty, Variable, "memscope.old"));
  markDone(*LI);
  return B.CreateFreeze(LI);
}

void FullLevel::bindVariable(AllocaInst &AI) {
  ++NumVariables;
  SmallVector<StoreInst *, 8> Stores;
  for (User *U : AI.users())
    if (auto *SI = dyn_cast<StoreInst>(U))
      Stores.push_back(SI);
  AI.setMetadata(BindMDName, MDNode::get(M.getContext(), {}));
  for (StoreInst *SI : Stores) {
    ++NumAssignments;
    SiteInfo Site = Finder.describeStore(*SI, &AI, SI->getValueOperand());
    Site.Kind = MS_SITE_BIND;
    if (isa<Argument>(SI->getValueOperand()) && Site.Line == 0)
      if (const DISubprogram *SP = SI->getFunction()->getSubprogram())
        Site.Line = SP->getLine();
    IRBuilder<> B(SI);
    // A parameter had nothing before the function began, whatever its place on the stack held.
    bool IsFirst = isa<Argument>(SI->getValueOperand()) && SI->getParent()->isEntryBlock();
    Value *Old = IsFirst ? ConstantPointerNull::get(B.getPtrTy())
                         : oldValue(B, AI.getAllocatedType(), &AI);
    B.SetInsertPoint(SI->getNextNode());
    B.SetCurrentDebugLocation(SI->getDebugLoc());
    emitMarker(B, Marker::Bind, {SI->getValueOperand(), Old, record(Site)});
    markDone(*SI);
  }
}

/// The variable of an inner block is bound to nothing where the block ends.
void FullLevel::endVariable(const VariableEnd &End) {
  auto *AI = const_cast<AllocaInst *>(End.End.Variable);
  SiteInfo Site = Finder.describeStore(*End.End.Before, AI, nullptr);
  Site.Kind = MS_SITE_SCOPE;
  IRBuilder<> B(End.End.Before);
  auto *Null = ConstantPointerNull::get(cast<PointerType>(AI->getAllocatedType()));
  Value *Old = oldValue(B, AI->getAllocatedType(), AI);
  if (End.Way) {
    Value *Way = B.CreateLoad(End.Way->getAllocatedType(), End.Way);
    for (ConstantInt *Returning : End.Returning)
      Old = B.CreateSelect(B.CreateICmpEQ(Way, Returning), Null, Old);
  }
  ++NumEnds;
  emitMarker(B, Marker::Bind, {Null, Old, record(Site)});
}

/// Control comes to AT from calls that never return: setjmp, a landing pad.
void FullLevel::landing(Instruction &At) {
  IRBuilder<> B(&At);
  callHook(B, "__memscope_bind",
           {ConstantPointerNull::get(B.getPtrTy()), record(siteOf(At, MS_SITE_SCOPE))});
}

void FullLevel::storeToVariable(StoreInst &SI) {
  SiteInfo Site = Finder.describeStore(SI, SI.getPointerOperand(), SI.getValueOperand());
  IRBuilder<> B(&SI);
  Value *Old = oldValue(B, SI.getValueOperand()->getType(), SI.getPointerOperand());
  B.SetInsertPoint(SI.getNextNode());
  B.SetCurrentDebugLocation(SI.getDebugLoc());
  emitMarker(B, Marker::Store,
             {SI.getPointerOperand(), SI.getValueOperand(), Old, record(Site)});
  markDone(SI);
}

/// The record of the RETURN site that RI runs, which depends on the path when
/// several statements return through one block.
Value *FullLevel::returnSite(ReturnInst &RI) {
  auto Describe = [&](const Instruction &At, const Value *V) {
    SiteInfo Site = siteOf(At, MS_SITE_RETURN);
    Site.Slot = MS_SLOT_RETURN;
    Site.Path = V ? "return" : "";
    const DISubprogram *SP = RI.getFunction()->getSubprogram();
    if (V && SP && SP->getType() && SP->getType()->getTypeArray().size())
      if (const DIType *Ty = SP->getType()->getTypeArray()[0]; isPointerType(Ty)) {
        Site.Type = typeName(pointeeType(Ty), isCUnit(SP->getUnit()));
        Site.TypeSize = static_cast<unsigned>(
            std::min<uint64_t>(typeSize(pointeeType(Ty)), UINT32_MAX));
      }
    if (V)
      Finder.source().describe(Site, V, At, nullptr);
    return record(Site);
  };
  Value *V = RI.getReturnValue();
  if (!V || !V->getType()->isPointerTy())
    return Describe(RI, nullptr);
  auto *LI = dyn_cast<LoadInst>(V);
  auto *Result = LI ? dyn_cast<AllocaInst>(LI->getPointerOperand()) : nullptr;
  if (!Result || !Paths.isUnnamedStorage(Result) || !isAllocaPromotable(Result))
    return Describe(isa<Instruction>(V) ? *cast<Instruction>(V) : RI, V);
  IRBuilder<> B(Result);
  AllocaInst *Which = B.CreateAlloca(B.getPtrTy(), nullptr, "memscope.return");
  Which->setMetadata(CopyMDName, MDNode::get(M.getContext(), {}));
  for (User *U : make_early_inc_range(Result->users()))
    if (auto *SI = dyn_cast<StoreInst>(U)) {
      B.SetInsertPoint(SI->getNextNode());
      StoreInst *Note = B.CreateStore(Describe(*SI, SI->getValueOperand()), Which);
      markDone(*Note);
    }
  B.SetInsertPoint(&RI);
  return B.CreateLoad(B.getPtrTy(), Which);
}

void FullLevel::enterAndLeave(Function &F, MDNode *Func) {
  auto Frame = [](IRBuilder<> &B) {
    return B.CreateIntrinsic(Intrinsic::frameaddress, {B.getPtrTy()}, {B.getInt32(0)});
  };
  SmallVector<Instruction *, 8> Exits;
  for (BasicBlock &BB : F)
    if (BB.getTerminatingMustTailCall() || isa<ReturnInst>(BB.getTerminator()) ||
        isa<ResumeInst>(BB.getTerminator()))
      Exits.push_back(BB.getTerminator());
  for (Instruction *Exit : Exits) {
    CallInst *Tail = Exit->getParent()->getTerminatingMustTailCall();
    Instruction *At = Tail ? Tail : Exit;
    Value *Returned = ConstantPointerNull::get(PointerType::get(M.getContext(), 0));
    Value *Site;
    if (auto *RI = dyn_cast<ReturnInst>(Exit); RI && !Tail) {
      Site = returnSite(*RI);
      if (Value *V = RI->getReturnValue(); V && V->getType()->isPointerTy())
        Returned = V;
    } else {
      Site = record(siteOf(*At, MS_SITE_RETURN));
    }
    IRBuilder<> B(At);
    callHook(B, "__memscope_leave", {Frame(B), Returned, Site});
  }
  IRBuilder<> B(&*F.getEntryBlock().getFirstNonPHIOrDbgOrAlloca());
  if (DISubprogram *SP = F.getSubprogram())
    B.SetCurrentDebugLocation(DILocation::get(M.getContext(), SP->getLine(), 0, SP));
  callHook(B, "__memscope_enter", {Frame(B), sitePlaceholder(M, Func)});
}

/// The change if V is LOADED plus or minus 1, else 0.
static int stepFrom(const Value *V, const Value *Loaded) {
  auto *BO = dyn_cast<BinaryOperator>(V);
  if (!BO || BO->getOperand(0) != Loaded)
    return 0;
  auto *By = dyn_cast<ConstantInt>(BO->getOperand(1));
  if (!By || (!By->isOne() && !By->isMinusOne()))
    return 0;
  int Step = By->isOne() ? 1 : -1;
  return BO->getOpcode() == Instruction::Add   ? Step
         : BO->getOpcode() == Instruction::Sub ? -Step
                                               : 0;
}

/// V, or what was stored to the variable that it is read from.
static const Value *storedValue(const Value *V) {
  if (auto *LI = dyn_cast<LoadInst>(V))
    if (const Value *Stored = onlyStoredValue(LI->getPointerOperand()))
      return Stored;
  return V;
}

void FullLevel::countChange(Instruction &I) {
  Value *Address = nullptr;
  int Step = 0;
  if (auto *SI = dyn_cast<StoreInst>(&I)) {
    Address = SI->getPointerOperand();
    auto *BO = dyn_cast<BinaryOperator>(SI->getValueOperand());
    auto *LI = BO ? dyn_cast<LoadInst>(BO->getOperand(0)) : nullptr;
    if (!LI || (LI->getPointerOperand() != Address &&
                Paths.placeAt(LI->getPointerOperand(), Want::object()).Text !=
                    Paths.placeAt(Address, Want::object()).Text))
      return;
    Step = stepFrom(BO, LI);
  } else if (auto *RMW = dyn_cast<AtomicRMWInst>(&I)) {
    Address = RMW->getPointerOperand();
    // clang puts the operand of __atomic_fetch_add into a temporary.
    auto *By = dyn_cast<ConstantInt>(storedValue(RMW->getValOperand()));
    bool IsAdd = RMW->getOperation() == AtomicRMWInst::Add;
    if (By && (By->isOne() || By->isMinusOne()) &&
        (IsAdd || RMW->getOperation() == AtomicRMWInst::Sub))
      Step = By->isOne() == IsAdd ? 1 : -1;
  } else if (auto *CX = dyn_cast<AtomicCmpXchgInst>(&I)) {
    // do old = o->refs; while (!compare_exchange(&o->refs, old, old - 1));
    Address = CX->getPointerOperand();
    auto *BO = dyn_cast<BinaryOperator>(storedValue(CX->getNewValOperand()));
    if (BO && isa<LoadInst>(BO->getOperand(0)))
      Step = stepFrom(BO, BO->getOperand(0));
  }
  if (Step == 0 || isa<AllocaInst>(Address->stripInBoundsOffsets()) ||
      isa<GlobalValue>(Address->stripInBoundsOffsets()))
    return;
  auto *CX = dyn_cast<AtomicCmpXchgInst>(&I);
  llvm::Type *Ty = isa<StoreInst>(I) ? I.getOperand(0)->getType()
                   : CX              ? CX->getNewValOperand()->getType()
                                     : I.getType();
  Place P = Paths.placeAt(Address, Want::integer(Ty->getIntegerBitWidth() / 8));
  if (!P || !P.Container || P.Member.empty() || P.Member.back() == ']')
    return;
  SiteInfo Site = siteOf(I, MS_SITE_COUNT);
  setPlace(Site, P);
  if (I.isAtomic())
    Site.Flags |= MS_SITE_F_ATOMIC;
  if (Step < 0)
    Site.Flags |= MS_SITE_F_DOWN;
  ++NumCounts;
  IRBuilder<> B(I.getNextNode());
  B.SetCurrentDebugLocation(I.getDebugLoc());
  Value *New;
  if (auto *SI = dyn_cast<StoreInst>(&I))
    New = SI->getValueOperand();
  else if (CX) { // it counts only if it was exchanged
    New = CX->getNewValOperand();
    Address = B.CreateSelect(B.CreateExtractValue(CX, 1), Address,
                             ConstantPointerNull::get(B.getPtrTy()));
  } else
    New = B.CreateAdd(&I, ConstantInt::getSigned(I.getType(), Step));
  emitMarker(B, Marker::Count,
             {Address, B.CreateZExtOrTrunc(New, B.getInt64Ty()), record(Site)});
}

void FullLevel::passArguments(CallBase &CB) {
  const Function *F = CB.getCalledFunction();
  if (CB.isInlineAsm() || (F && !F->isDeclaration()) || isInertCall(CB))
    return;
  AllocRole Role = classifyAllocCall(CB, Opts).Role;
  if (Role == AllocRole::Free || Role == AllocRole::Realloc)
    return;
  for (unsigned I = 0; I < CB.arg_size(); ++I) {
    Value *V = CB.getArgOperand(I);
    if (!V->getType()->isPointerTy() || V->getType()->getPointerAddressSpace() != 0 ||
        isa<Constant>(V) || isa<AllocaInst>(V->stripInBoundsOffsets()) ||
        CB.isByValArgument(I))
      continue;
    SiteInfo Site = siteOf(CB, MS_SITE_PASS);
    Site.Callee = Paths.calleeName(CB);
    Site.Index = I;
    Site.Slot = MS_SLOT_ARG;
    if (!F)
      Site.Flags |= MS_SITE_F_INDIRECT;
    Finder.source().describe(Site, V, CB, nullptr);
    ++NumPassed;
    IRBuilder<> B(&CB);
    emitMarker(B, Marker::Pass, {V, record(Site)});
  }
}

/// Without this free(malloc(8)) is nothing, and a double free of it no error.
void FullLevel::keepAllocation(CallBase &CB) {
  AllocRole Role = classifyAllocCall(CB, Opts).Role;
  if (Role == AllocRole::None)
    return;
  CB.addFnAttr(Attribute::NoBuiltin);
  if (Role == AllocRole::Free || Role == AllocRole::Out || CB.isMustTailCall() ||
      !CB.getType()->isPointerTy() || CB.isTerminator())
    return;
  IRBuilder<> B(CB.getNextNode());
  B.SetCurrentDebugLocation(CB.getDebugLoc());
  emitMarker(B, Marker::Keep, {&CB});
}

void FullLevel::run(Function &F, MDNode *Func) {
  if (isUntouchable(F) || F.isPresplitCoroutine())
    return;
  SmallVector<AllocaInst *, 16> Variables;
  SmallVector<StoreInst *, 16> Slots;
  SmallVector<Instruction *, 16> Counts;
  SmallVector<CallBase *, 16> Calls;
  SmallVector<Instruction *, 4> Landings;
  for (BasicBlock &BB : F)
    for (Instruction &I : BB) {
      if (auto *AI = dyn_cast<AllocaInst>(&I)) {
        if (AI->getAllocatedType()->isPointerTy() && Vars.lookup(AI) &&
            isAllocaPromotable(AI))
          Variables.push_back(AI);
      } else if (auto *CB = dyn_cast<CallBase>(&I)) {
        Calls.push_back(CB);
        if (isa<CallInst>(CB) && CB->hasFnAttr(Attribute::ReturnsTwice))
          Landings.push_back(CB->getNextNode());
      } else if (isa<LandingPadInst>(I)) {
        Landings.push_back(&*BB.getFirstInsertionPt());
      } else if (isa<StoreInst>(I) || isa<AtomicRMWInst>(I) || isa<AtomicCmpXchgInst>(I)) {
        Counts.push_back(&I);
        auto *SI = dyn_cast<StoreInst>(&I);
        auto *AI = SI ? dyn_cast<AllocaInst>(SI->getPointerOperand()->stripInBoundsOffsets())
                      : nullptr;
        if (AI && SI->isSimple() && SI->getValueOperand()->getType()->isPointerTy() &&
            Vars.lookup(AI) && !isAllocaPromotable(AI))
          Slots.push_back(SI);
      }
    }
  std::vector<VariableEnd> Ends;
  findVariableEnds(F, Variables, Vars, Ends);
  for (Instruction *I : Counts)
    countChange(*I);
  for (CallBase *CB : Calls) {
    passArguments(*CB);
    keepAllocation(*CB);
  }
  for (StoreInst *SI : Slots)
    storeToVariable(*SI);
  for (AllocaInst *AI : Variables)
    bindVariable(*AI);
  for (const VariableEnd &End : Ends)
    endVariable(End);
  for (Instruction *At : Landings)
    landing(*At);
  enterAndLeave(F, Func);
}

} // namespace memscope
