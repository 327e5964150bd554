//===- ScopeEnds.cpp - see ScopeEnds.h ------------------------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// For each block of the source that declares slots: does control come from inside of it
// to an instruction outside? A data flow over basic blocks whose fact is "the last
// located instruction was inside". An end too many does no harm: outside of its
// block a variable is dead.
//
//===----------------------------------------------------------------------===//
#include "pass/ScopeEnds.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/DebugInfoMetadata.h"

using namespace llvm;

namespace memscope {

/// Basic blocks times scopes of one function; beyond it (machine-made code) the
/// variables live until the function returns.
static constexpr size_t MaxWork = 4000000;

static bool isInside(const DILocation *Loc, const DILocalScope *Scope) {
  const DILocalScope *S = Loc->getScope();
  while (auto *Block = dyn_cast_or_null<DILexicalBlockBase>(S)) {
    if (Block == Scope)
      return true;
    S = Block->getScope();
  }
  return false;
}

/// A place in the source that says which block control is in.
static const DILocation *placeOf(const Instruction &I) {
  const DILocation *Loc = I.getDebugLoc();
  return Loc && Loc->getLine() && !Loc->getInlinedAt() ? Loc : nullptr;
}

namespace {
class ScopeExits {
public:
  ScopeExits(Function &F, const DILocalScope *Scope) : F(F), Scope(Scope) {}

  /// The first instructions outside, where control comes from inside.
  SmallVector<Instruction *, 4> find() {
    for (bool IsChanged = true; IsChanged;) {
      IsChanged = false;
      for (BasicBlock &BB : F)
        if (bool Out = walk(BB, nullptr); Out && !IsInsideAfter.lookup(&BB))
          IsChanged = IsInsideAfter[&BB] = true;
    }
    SmallVector<Instruction *, 4> Exits;
    for (BasicBlock &BB : F)
      walk(BB, &Exits);
    return Exits;
  }

private:
  bool walk(BasicBlock &BB, SmallVectorImpl<Instruction *> *Exits) {
    bool Inside = any_of(predecessors(&BB), [this](const BasicBlock *P) {
      return IsInsideAfter.lookup(P);
    });
    for (Instruction &I : BB) {
      const DILocation *Loc = placeOf(I);
      if (!Loc)
        continue;
      bool Now = isInside(Loc, Scope);
      if (Exits && Inside && !Now)
        Exits->push_back(isa<PHINode>(I) || I.isEHPad() ? &*BB.getFirstInsertionPt() : &I);
      Inside = Now;
    }
    return Inside;
  }

  Function &F;
  const DILocalScope *Scope;
  DenseMap<const BasicBlock *, bool> IsInsideAfter;
};
} // namespace

void findScopeEnds(Function &F, const SmallPtrSetImpl<const AllocaInst *> &Slots,
                   DebugVars &Vars, SmallVectorImpl<ScopeEnd> &Ends) {
  MapVector<const DILocalScope *, SmallVector<const AllocaInst *, 4>> Scopes;
  for (Instruction &I : F.getEntryBlock())
    if (auto *AI = dyn_cast<AllocaInst>(&I); AI && AI->isStaticAlloca() && Slots.contains(AI))
      if (auto *Var = dyn_cast_or_null<DILocalVariable>(Vars.lookup(AI).Var)) {
        const DILocalScope *Scope = Var->getScope()->getNonLexicalBlockFileScope();
        if (isa<DILexicalBlock>(Scope))
          Scopes[Scope].push_back(AI);
      }
  if (Scopes.size() * F.size() > MaxWork)
    return;
  for (auto &[Scope, Variables] : Scopes)
    for (Instruction *Before : ScopeExits(F, Scope).find())
      for (const AllocaInst *AI : Variables)
        Ends.push_back({Before, AI});
}

} // namespace memscope
