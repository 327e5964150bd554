//===- ParameterFacts.cpp - what a function may do with its parameters ----===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Facts only grow, so the fixed point is reached. A parameter without facts is
// proven to be borrowed, so whatever is not followed to its end counts as
// passed on: a walk or a fixed point that was cut, a local variable that holds
// the pointer and whose address is handed out.
//
//===----------------------------------------------------------------------===//
#include "pass/ParameterFacts.h"
#include "memscope/site.h"
#include "pass/AllocFinder.h"
#include "pass/ResultFlow.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace memscope {

static constexpr unsigned MaxRounds = 64;
static constexpr unsigned MaxValues = 2000;

unsigned ParameterFacts::flowOfCall(const CallBase &CB, unsigned Index) const {
  AllocCall Alloc = classifyAllocCall(CB, Opts);
  if ((Alloc.Role == AllocRole::Free || Alloc.Role == AllocRole::Realloc) &&
      Alloc.Arg == Index)
    return MS_SITE_F_P_FREED;
  if (isa<IntrinsicInst>(CB) || isInertCall(CB) || CB.doesNotCapture(Index) ||
      Alloc.Role != AllocRole::None)
    return 0;
  const Function *F = CB.getCalledFunction();
  if (!F || F->isDeclaration() || F->isInterposable() || Index >= F->arg_size())
    return MS_SITE_F_P_PASSED;
  return flags(*F->getArg(Index));
}

/// What becomes of the contents of AI: LOADS are the pointers read from any part
/// of it. False if others may read them as well.
static bool contentsStayHere(const AllocaInst &AI,
                             SmallVectorImpl<const LoadInst *> &Loads) {
  SmallPtrSet<const Value *, 16> Seen{&AI};
  SmallVector<const Value *, 16> Work{&AI};
  while (!Work.empty()) {
    const Value *Address = Work.pop_back_val();
    for (const Use &U : Address->uses()) {
      const User *By = U.getUser();
      if (auto *LI = dyn_cast<LoadInst>(By)) {
        if (LI->getType()->isPointerTy())
          Loads.push_back(LI);
      } else if (isa<GetElementPtrInst>(By) || isa<BitCastInst>(By)) {
        if (Seen.insert(By).second)
          Work.push_back(By);
      } else if (auto *SI = dyn_cast<StoreInst>(By)) {
        if (SI->getValueOperand() == Address)
          return false;
      } else if (auto *II = dyn_cast<IntrinsicInst>(By)) {
        if (isa<MemTransferInst>(II))
          return false;
      } else if (!isa<ICmpInst>(By)) {
        return false;
      }
    }
  }
  return true;
}

unsigned ParameterFacts::flow(const Argument &A) const {
  unsigned Found = 0;
  SmallPtrSet<const Value *, 32> Seen{&A};
  SmallVector<const Value *, 16> Work{&A};
  auto Push = [&](const Value *V) {
    if (Seen.insert(V).second)
      Work.push_back(V);
  };
  while (!Work.empty() && Seen.size() < MaxValues) {
    const Value *V = Work.pop_back_val();
    for (const Use &U : V->uses()) {
      const User *By = U.getUser();
      if (isa<ReturnInst>(By)) {
        Found |= MS_SITE_F_P_RETURNED;
      } else if (isa<CastInst>(By) || isa<PHINode>(By) || isa<FreezeInst>(By) ||
                 isa<SelectInst>(By) || isa<InsertValueInst>(By) ||
                 isa<ExtractValueInst>(By)) {
        Push(By);
      } else if (isa<GetElementPtrInst>(By)) {
        if (U.getOperandNo() == 0)
          Push(By);
      } else if (auto *SI = dyn_cast<StoreInst>(By)) {
        if (SI->getValueOperand() != V)
          continue;
        auto *AI = dyn_cast<AllocaInst>(
            SI->getPointerOperand()->stripInBoundsOffsets());
        if (!AI) {
          Found |= MS_SITE_F_P_STORED;
          continue;
        }
        SmallVector<const LoadInst *, 8> Loads;
        if (!contentsStayHere(*AI, Loads))
          Found |= MS_SITE_F_P_PASSED;
        if (SI->getPointerOperand() == AI) {
          Loads.clear();
          reachedLoads(*SI, AI, Loads);
        }
        for (const LoadInst *LI : Loads)
          Push(LI);
      } else if (auto *BO = dyn_cast<BinaryOperator>(By)) {
        if (BO->isBitwiseLogicOp()) // a tag in the low bits
          Push(By);
      } else if (isa<AtomicRMWInst>(By) || isa<AtomicCmpXchgInst>(By)) {
        if (U.getOperandNo() != 0)
          Found |= MS_SITE_F_P_STORED;
      } else if (auto *CB = dyn_cast<CallBase>(By)) {
        if (!CB->isArgOperand(&U))
          continue;
        unsigned Does = flowOfCall(*CB, CB->getArgOperandNo(&U));
        Found |= Does & ~MS_SITE_F_P_RETURNED;
        if (Does & MS_SITE_F_P_RETURNED)
          Push(CB);
      }
    }
  }
  return Work.empty() ? Found : Found | MS_SITE_F_P_PASSED;
}

ParameterFacts::ParameterFacts(Module &M, const Options &Opts) : Opts(Opts) {
  bool Changed = Opts.copies(); // below that level nobody asks
  for (unsigned Round = 0; Changed && Round < MaxRounds; ++Round) {
    Changed = false;
    for (const Function &F : M)
      if (!F.isDeclaration())
        for (const Argument &A : F.args()) {
          if (!A.getType()->isPointerTy())
            continue;
          unsigned Now = flow(A);
          unsigned &Known = Flags[&A];
          Changed |= Now != Known;
          Known |= Now;
        }
  }
  if (Changed)
    for (auto &Known : Flags)
      Known.second |= MS_SITE_F_P_PASSED;
}

} // namespace memscope
