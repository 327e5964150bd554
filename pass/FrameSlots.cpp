//===- FrameSlots.cpp - pointer slots in a function's frame, and their end -===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
//   before:  ret void
//   after:   %fp = call ptr @llvm.frameaddress.p0(i32 0)
//            %slots = load i64, ptr (%tls + 32)
//            br (%slots >= ~%fp), label %hook, label %next            ; unlikely
//   hook:    call void @__memscope_frame(ptr %fp, ptr <record>) cold
//   next:    ret void
//
// A variable counts if a pointer is stored to it or its address gets to code that
// may store one. Scopes matter although the frame lives on: variables of two
// scopes share their bytes.
//
//===----------------------------------------------------------------------===//
#include "pass/FrameSlots.h"
#include "memscope/abi.h"
#include "pass/ArenaCheck.h"
#include "pass/PointerTypes.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#define DEBUG_TYPE "memscope-frames"

using namespace llvm;

STATISTIC(NumFrames, "Returns that end pointer slots");
STATISTIC(NumScopes, "Scope ends that end pointer slots");

namespace memscope {

/// Bounds the search for what happens to a variable's address; beyond it a
/// variable is taken to hold pointers.
static constexpr unsigned MaxUses = 1000;

GlobalVariable *tlsVariable(Module &M) {
  if (GlobalVariable *Tls = M.getGlobalVariable(MS_TLS_SYMBOL_NAME))
    return Tls;
  LLVMContext &Ctx = M.getContext();
  llvm::Type *Ptr = PointerType::get(Ctx, 0), *Int64 = llvm::Type::getInt64Ty(Ctx);
  return new GlobalVariable(
      M,
      StructType::get(Ctx, {Ptr, Ptr, Ptr, Ptr, Int64, ArrayType::get(Int64, MS_ANCHORS + 1)}),
      false, GlobalValue::ExternalLinkage, nullptr, MS_TLS_SYMBOL_NAME, nullptr,
      GlobalValue::InitialExecTLSModel);
}

/// May STORAGE of type TY, a local's or a parameter's, come to hold a pointer?
bool FrameSlots::holdsSlots(const Value &Storage, llvm::Type *Ty) {
  // Bound, not stored: it has no address; or the compiler's own.
  if (auto *AI = dyn_cast<AllocaInst>(&Storage);
      AI && (AI->hasMetadata(BindMDName) || AI->hasMetadata(CopyMDName)))
    return false;
  const DataLayout &DL = M.getDataLayout();
  bool MayByType = mayHoldPointers(Ty, DL);
  SmallPtrSet<const Value *, 16> Seen{&Storage};
  SmallVector<const Value *, 16> Work{&Storage};
  unsigned NumUses = 0;
  while (!Work.empty()) {
    const Value *V = Work.pop_back_val();
    for (const User *U : V->users()) {
      if (++NumUses > MaxUses)
        return true;
      if (isa<GetElementPtrInst>(U) || isa<PHINode>(U) || isa<SelectInst>(U) ||
          isa<BitCastInst>(U) || isa<FreezeInst>(U)) {
        if (Seen.insert(U).second)
          Work.push_back(U);
      } else if (auto *SI = dyn_cast<StoreInst>(U)) {
        if (SI->getValueOperand() == V)
          return MayByType; // escapes
        const MDNode *N = SI->getMetadata(CopyMDName);
        if (N && !N->getNumOperands())
          continue; // the compiler's own
        SmallVector<PointerPart, 4> Parts;
        pointerParts(SI->getValueOperand()->getType(), DL, N ? Words::Any : Words::Pointers, Parts);
        if (!Parts.empty())
          return true;
      } else if (auto *II = dyn_cast<IntrinsicInst>(U)) {
        const MDNode *N = II->getMetadata(CopyMDName);
        if (isa<AnyMemTransferInst>(II) && II->getArgOperand(0) == V &&
            (MayByType || (N && N->getNumOperands())))
          return true;
      } else if (!isa<LoadInst>(U) && !isa<ICmpInst>(U) && MayByType) {
        return true; // a call, an atomic, an integer: out of sight
      }
    }
  }
  return false;
}

/// The compiler's own storage into which CALL returns a structure: what the callee has
/// stored there is no slot, wherever it is copied from there.
static const AllocaInst *resultRoom(const CallInst &Call) {
  if (Call.arg_empty() || !Call.hasStructRetAttr())
    return nullptr;
  unsigned No = Call.paramHasAttr(0, Attribute::StructRet) ? 0 : 1;
  auto *AI = dyn_cast<AllocaInst>(Call.getArgOperand(No)->stripInBoundsOffsets());
  const MDNode *N = AI ? AI->getMetadata(CopyMDName) : nullptr;
  return N && !N->getNumOperands() && AI->isStaticAlloca() && !Call.isMustTailCall()
             ? AI
             : nullptr;
}

void FrameSlots::collect(Function &F) {
  Ends.clear();
  Landings.clear();
  Restores.clear();
  Passed.clear();
  SmallPtrSet<const AllocaInst *, 16> Slots;
  SmallVector<CallBase *, 16> AllEnds;
  for (BasicBlock &BB : F)
    for (Instruction &I : BB) {
      if (auto *AI = dyn_cast<AllocaInst>(&I)) {
        if (holdsSlots(*AI, AI->getAllocatedType()))
          Slots.insert(AI);
      } else if (auto *II = dyn_cast<IntrinsicInst>(&I)) {
        if (II->getIntrinsicID() == Intrinsic::lifetime_end)
          AllEnds.push_back(II);
        else if (II->getIntrinsicID() == Intrinsic::stackrestore)
          Restores.push_back(II);
      } else if (auto *CI = dyn_cast<CallInst>(&I)) {
        if (const AllocaInst *Room = resultRoom(*CI))
          Ends.push_back({&*std::next(CI->getIterator()), Room});
        if (CI->hasFnAttr(Attribute::ReturnsTwice))
          Landings.push_back(&*std::next(CI->getIterator()));
      } else if (isa<LandingPadInst>(I)) {
        Landings.push_back(&*BB.getFirstInsertionPt());
      }
    }
  for (Argument &A : F.args())
    if (A.hasByValAttr() && holdsSlots(A, A.getParamByValType()))
      Passed.push_back(&A);
  HasSlots = !Slots.empty();
  if (F.hasOptNone())
    findScopeEnds(F, Slots, Vars, Ends);
  for (CallBase *End : AllEnds) {
    // The size came first until LLVM 22.
    auto *AI = dyn_cast<AllocaInst>(
        End->getArgOperand(End->arg_size() - 1)->stripPointerCasts());
    if (AI && Slots.contains(AI) && AI->isStaticAlloca())
      Ends.push_back({End, AI});
  }
}

void FrameSlots::checkedCall(Instruction *Before, Value *Tls, Value *Highest,
                             StringRef Hook, ArrayRef<Value *> Args) {
  IRBuilder<> B(Before);
  MDNode *Unlikely = MDBuilder(M.getContext()).createUnlikelyBranchWeights();
  Instruction *Then = SplitBlockAndInsertIfThen(
      slotsAtOrBelow(B, Tls, Highest), Before, false, Unlikely);
  B.SetInsertPoint(Then);
  B.SetCurrentDebugLocation(Before->getDebugLoc());
  callHook(B, Hook, Args)->addFnAttr(Attribute::Cold);
}

/// The address of a record of KIND at AT.
Constant *FrameSlots::record(Instruction &At, unsigned Kind) {
  auto Made = std::make_unique<SiteInfo>();
  locateSite(*Made, At);
  Made->Kind = Kind;
  return Table.addressOf(*Sites.keep(std::move(Made)));
}

void FrameSlots::lowerEnd(const ScopeEnd &End) {
  uint64_t Size =
      End.Variable->getAllocationSize(M.getDataLayout())->getFixedValue();
  if (Size == 0)
    return;
  Constant *Record = nullptr;
  if (isa<IntrinsicInst>(End.Before))
    if (const MDNode *N = End.Before->getMetadata(CopyMDName))
      if (const SiteInfo *Site = Sites.siteOf(N); Site && Site->Kind == MS_SITE_SCOPE)
        Record = Table.addressOf(*Site);
  if (!Record)
    Record = record(*End.Before, MS_SITE_SCOPE);
  ++NumScopes;
  IRBuilder<> B(End.Before);
  Value *Begin = const_cast<AllocaInst *>(End.Variable);
  Value *Last = B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Begin, Size - 1);
  checkedCall(End.Before, B.CreateThreadLocalAddress(tlsVariable(M)), Last,
              "__memscope_scope", {Begin, B.getInt64(Size), Record});
}

/// Where the stack pointer goes up without a return: setjmp, landing pads, and the
/// end of arrays of variable length. What is below it has ended.
void FrameSlots::lowerJumps(Function &F) {
  for (CallBase *Restore : Restores) {
    IRBuilder<> B(Restore);
    Value *Stack = Restore->getArgOperand(0);
    checkedCall(Restore, B.CreateThreadLocalAddress(tlsVariable(M)), Stack,
                "__memscope_frame", {Stack, record(*Restore, MS_SITE_FRAME)});
  }
  for (Instruction *At : Landings) {
    IRBuilder<> B(At);
    Value *Stack = B.CreateStackSave();
    checkedCall(At, B.CreateThreadLocalAddress(tlsVariable(M)), Stack,
                "__memscope_frame", {Stack, record(*At, MS_SITE_FRAME)});
  }
}

/// A structure that is passed on the stack gets there by no instruction: its pointers
/// are looked for at entry, and end at the returns.
void FrameSlots::lowerPassed(Function &F, ArrayRef<Instruction *> Exits) {
  for (Argument *A : Passed) {
    uint64_t Size =
        M.getDataLayout().getTypeAllocSize(A->getParamByValType()).getFixedValue();
    Instruction *Entry = &*F.getEntryBlock().getFirstNonPHIOrDbgOrAlloca();
    IRBuilder<> B(Entry);
    auto Site = std::make_unique<SiteInfo>();
    locateSite(*Site, *Entry);
    Site->Kind = MS_SITE_COPY;
    if (DebugVar Var = Vars.lookup(A)) {
      Site->Path = Var.Var->getName().str();
      Site->Slot = MS_SLOT_PARAM;
      Site->DeclLine = Var.Var->getLine();
    }
    callHook(B, "__memscope_copy",
             {A, A, B.getInt64(Size), Table.addressOf(*Sites.keep(std::move(Site)))});
    for (Instruction *Exit : Exits) {
      B.SetInsertPoint(Exit);
      Value *Last = B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), A, Size - 1);
      checkedCall(Exit, B.CreateThreadLocalAddress(tlsVariable(M)), Last,
                  "__memscope_scope",
                  {A, B.getInt64(Size), record(*Exit, MS_SITE_SCOPE)});
    }
  }
}

bool FrameSlots::lower(Function &F) {
  for (const ScopeEnd &End : Ends)
    lowerEnd(End);
  lowerJumps(F);
  bool HasChanged = !Ends.empty() || !Restores.empty() || !Landings.empty();
  if (!HasSlots && Passed.empty())
    return HasChanged;
  SmallVector<Instruction *, 8> Exits;
  for (BasicBlock &BB : F) {
    Instruction *End = BB.getTerminator();
    if (CallInst *Tail = BB.getTerminatingMustTailCall())
      Exits.push_back(Tail);
    else if (isa<ReturnInst>(End) || isa<ResumeInst>(End))
      Exits.push_back(End);
  }
  lowerPassed(F, Exits);
  for (Instruction *Exit : Exits) {
    if (!HasSlots)
      break;
    ++NumFrames;
    IRBuilder<> B(Exit);
    Value *Frame = B.CreateIntrinsic(Intrinsic::frameaddress, {B.getPtrTy()},
                                     {B.getInt32(0)});
    checkedCall(Exit, B.CreateThreadLocalAddress(tlsVariable(M)), Frame,
                "__memscope_frame", {Frame, record(*Exit, MS_SITE_FRAME)});
  }
  return true;
}

} // namespace memscope
