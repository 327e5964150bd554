//===- VariableEnds.cpp - see VariableEnds.h ------------------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Where several ways out of a block run through one cleanup, clang notes the way
// in a variable and switches on it afterwards:
//
//   cleanup:  call void @llvm.lifetime.end(ptr %v)
//             %dest = load i32, ptr %cleanup.dest.slot
//             switch i32 %dest, label %return [ i32 2, label %for.end ]
//
// So what follows is tried with each value that the variable is given.
//
//===----------------------------------------------------------------------===//
#include "pass/VariableEnds.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace memscope {

/// Blocks that are followed to a return; beyond it the function goes on.
static constexpr unsigned MaxBlocks = 16;

/// The compiler's own variable that the switch at the end of a cleanup asks.
static AllocaInst *wayOf(const SwitchInst &Switch, DebugVars &Vars) {
  auto *LI = dyn_cast<LoadInst>(Switch.getCondition());
  auto *AI = LI ? dyn_cast<AllocaInst>(LI->getPointerOperand()) : nullptr;
  return AI && LI->isSimple() && !Vars.lookup(AI) ? AI : nullptr;
}

namespace {
class Return {
public:
  Return(DebugVars &Vars) : Vars(Vars) {}

  /// Does the function do nothing but return when control comes to I and, if not
  /// null, Way has VALUE? Sets Way if that depends on one that is not known.
  bool follows(const Instruction *I, const ConstantInt *Value) {
    for (unsigned N = 0; N < MaxBlocks; ++N) {
      for (; !I->isTerminator(); I = I->getNextNode())
        if (!isa<LoadInst>(I) && !I->isLifetimeStartOrEnd())
          return false;
      if (isa<ReturnInst>(I))
        return true;
      if (auto *Br = dyn_cast<BranchInst>(I); Br && Br->isUnconditional()) {
        I = &Br->getSuccessor(0)->front();
        continue;
      }
      auto *Switch = dyn_cast<SwitchInst>(I);
      AllocaInst *Asked = Switch ? wayOf(*Switch, Vars) : nullptr;
      if (!Asked || (Way && Way != Asked))
        return false;
      Way = Asked;
      if (!Value)
        return false;
      I = &Switch->findCaseValue(Value)->getCaseSuccessor()->front();
    }
    return false;
  }

  AllocaInst *Way = nullptr;

private:
  DebugVars &Vars;
};
} // namespace

/// Adds END, unless the function returns there in any case.
static void add(const ScopeEnd &At, DebugVars &Vars, std::vector<VariableEnd> &Ends) {
  Return R(Vars);
  if (R.follows(At.Before, nullptr))
    return;
  VariableEnd End{At, nullptr, {}};
  if (R.Way)
    for (User *U : R.Way->users())
      if (auto *SI = dyn_cast<StoreInst>(U))
        if (auto *Value = dyn_cast<ConstantInt>(SI->getValueOperand());
            Value && !is_contained(End.Returning, Value) && R.follows(At.Before, Value))
          End.Returning.push_back(Value);
  if (!End.Returning.empty())
    End.Way = R.Way;
  Ends.push_back(std::move(End));
}

void findVariableEnds(Function &F, ArrayRef<AllocaInst *> Variables, DebugVars &Vars,
                      std::vector<VariableEnd> &Ends) {
  SmallPtrSet<const AllocaInst *, 16> Set(Variables.begin(), Variables.end());
  SmallVector<ScopeEnd, 16> Scopes;
  if (F.hasOptNone())
    findScopeEnds(F, Set, Vars, Scopes);
  for (AllocaInst *AI : Variables)
    for (User *U : AI->users())
      if (auto *II = dyn_cast<IntrinsicInst>(U);
          II && II->getIntrinsicID() == Intrinsic::lifetime_end)
        Scopes.push_back({II, AI});
  for (const ScopeEnd &Scope : Scopes)
    add(Scope, Vars, Ends);
}

} // namespace memscope
