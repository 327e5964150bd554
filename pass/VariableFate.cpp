//===- VariableFate.cpp - see VariableFate.h ------------------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A variable of the function itself ends where the function returns; one of an
// inner block where its lifetime marker stands, which is at the closing brace. If
// several lines are possible the last one that ends a scope is taken, since values
// that come in between are noticed: they are bound as well, if they come from calls.
// Ways on which the pointer is handed to code that may free it are only followed if
// there are no others.
//
//===----------------------------------------------------------------------===//
#include "pass/VariableFate.h"
#include "pass/AllocFinder.h"
#include "pass/CopySource.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"
#include <set>

using namespace llvm;

namespace memscope {

/// Instructions looked at for one value, and for all values of one function; beyond
/// them (machine-made code) the line is not known.
static constexpr unsigned MaxWork = 20000;
static constexpr unsigned MaxFunctionWork = 500000;
/// Variables that hold one pointer at a time.
static constexpr unsigned MaxHolders = 8;

namespace {

/// Who has the pointer: variables, and values of the IR that are still of use.
struct Holders {
  SmallVector<const AllocaInst *, 4> Variables;
  SmallVector<const Value *, 8> Values;

  bool operator<(const Holders &O) const {
    return std::tie(Variables, Values) < std::tie(O.Variables, O.Values);
  }
};

template <typename T, typename V> void include(T &Sorted, V *Item) {
  auto It = lower_bound(Sorted, Item);
  if (It == Sorted.end() || *It != Item)
    Sorted.insert(It, Item);
}

template <typename T, typename V> bool exclude(T &Sorted, V *Item) {
  auto It = lower_bound(Sorted, Item);
  if (It == Sorted.end() || *It != Item)
    return false;
  Sorted.erase(It);
  return true;
}

/// One way in which the last variable lets go.
struct End {
  unsigned Line;
  bool IsSet; ///< it gets another value
  const AllocaInst *Variable;
};

class Walk {
public:
  Walk(DebugVars &Vars, const ParameterFacts &Facts, const Options &Opts,
       const Value &Start, bool ThroughFrees, unsigned &Budget)
      : Vars(Vars), Facts(Facts), Opts(Opts), Start(Start),
        ThroughFrees(ThroughFrees), Budget(Budget) {}

  /// Follows the control flow from AT on. False if that is too much.
  bool run(const Instruction &At);

  SmallVector<End, 4> Ends;
  bool Again = false; ///< the call gives its variable a new value
  bool MayBeFreed = false;

private:
  bool step(const Instruction &I, Holders &H);
  bool stored(const StoreInst &SI, Holders &H);
  bool called(const CallBase &CB, Holders &H);
  void ended(const Instruction &At, const AllocaInst *AI, bool IsSet);
  bool isInnerBlocks(const AllocaInst *AI);

  DebugVars &Vars;
  const ParameterFacts &Facts;
  const Options &Opts;
  const Value &Start;
  bool ThroughFrees;
  unsigned &Budget;
};

} // namespace

/// Is U the pointer V, or a pointer into the same block?
static bool isSamePointer(const Instruction &I, ArrayRef<const Value *> Values) {
  auto Has = [&](const Value *V) { return is_contained(Values, V); };
  if (isa<CastInst>(I) || isa<FreezeInst>(I) || isa<GetElementPtrInst>(I))
    return Has(I.getOperand(0));
  if (isa<SelectInst>(I))
    return Has(I.getOperand(1)) || Has(I.getOperand(2));
  if (auto *CB = dyn_cast<CallBase>(&I))
    if (const Value *Same = CB->getReturnedArgOperand())
      return Has(Same);
  return false;
}

void Walk::ended(const Instruction &At, const AllocaInst *AI, bool IsSet) {
  unsigned Line = At.getDebugLoc() ? At.getDebugLoc().getLine() : 0;
  for (const End &E : Ends)
    if (E.Line == Line && E.IsSet == IsSet)
      return;
  Ends.push_back({Line, IsSet, AI});
}

/// Is AI a variable of a block inside of the function?
bool Walk::isInnerBlocks(const AllocaInst *AI) {
  auto *Var = dyn_cast_or_null<DILocalVariable>(Vars.lookup(AI).Var);
  return Var && isa<DILexicalBlock>(Var->getScope()->getNonLexicalBlockFileScope());
}

/// False if the way ends here.
bool Walk::stored(const StoreInst &SI, Holders &H) {
  bool IsIt = is_contained(H.Values, SI.getValueOperand());
  auto *AI = dyn_cast<AllocaInst>(SI.getPointerOperand());
  if (IsIt) {
    if (!AI || !isPrivateVariable(AI) || H.Variables.size() >= MaxHolders)
      return false; // memory: that is recorded
    include(H.Variables, AI);
    return true;
  }
  if (!AI || !exclude(H.Variables, AI) || !H.Variables.empty())
    return true;
  if (SI.getValueOperand() == &Start)
    Again = true;
  else
    ended(SI, AI, true);
  return false;
}

/// False if the way ends here, because the block does or the program may.
bool Walk::called(const CallBase &CB, Holders &H) {
  AllocCall Alloc = classifyAllocCall(CB, Opts);
  bool Frees = Alloc.Role == AllocRole::Free || Alloc.Role == AllocRole::Realloc;
  const Function *F = CB.getCalledFunction();
  for (unsigned I = 0; I < CB.arg_size(); ++I) {
    if (!is_contained(H.Values, CB.getArgOperand(I)))
      continue;
    if (Frees && Alloc.Arg == I)
      return false;
    bool IsKnown = F && !F->isDeclaration() && I < F->arg_size();
    if (IsKnown ? Facts.flags(*F->getArg(I)) & MS_SITE_F_P_FREED
                : !CB.isInlineAsm() && !isInertCall(CB)) {
      MayBeFreed = true;
      if (!ThroughFrees)
        return false;
    }
  }
  return !CB.doesNotReturn();
}

/// Takes what I does; false if nothing behind it matters.
bool Walk::step(const Instruction &I, Holders &H) {
  if (auto *SI = dyn_cast<StoreInst>(&I))
    return stored(*SI, H);
  if (auto *LI = dyn_cast<LoadInst>(&I)) {
    auto *AI = dyn_cast<AllocaInst>(LI->getPointerOperand());
    if (AI && is_contained(H.Variables, AI))
      include(H.Values, &I);
    else
      exclude(H.Values, &I);
    return true;
  }
  if (auto *II = dyn_cast<IntrinsicInst>(&I);
      II && II->getIntrinsicID() == Intrinsic::lifetime_end) {
    auto *AI = dyn_cast<AllocaInst>(II->getArgOperand(II->arg_size() - 1));
    if (!AI || !isInnerBlocks(AI) || !exclude(H.Variables, AI) || !H.Variables.empty())
      return true;
    ended(I, AI, false);
    return false;
  }
  if (auto *RI = dyn_cast<ReturnInst>(&I)) {
    if (!RI->getReturnValue() || !is_contained(H.Values, RI->getReturnValue()))
      ended(I, H.Variables.empty() ? nullptr : H.Variables.front(), false);
    return false;
  }
  if (isa<UnreachableInst>(I) || isa<ResumeInst>(I))
    return false;
  if (auto *CB = dyn_cast<CallBase>(&I)) {
    if (!isa<IntrinsicInst>(CB) && !called(*CB, H))
      return false;
    if (&I == &Start) { // once more: what the variables hold is another block
      exclude(H.Values, &I);
      return true;
    }
  }
  if (isa<PHINode>(I))
    return true; // at the end of the block before
  if (isSamePointer(I, H.Values))
    include(H.Values, &I);
  else if (&I != &Start)
    exclude(H.Values, &I);
  return true;
}

/// Does control only get from FROM to TO if the pointer is null, so another one?
static bool isForNull(const BasicBlock *From, const BasicBlock *To, const Holders &H) {
  auto *Br = dyn_cast<BranchInst>(From->getTerminator());
  auto *Test = Br && Br->isConditional() ? dyn_cast<ICmpInst>(Br->getCondition()) : nullptr;
  if (!Test || !Test->isEquality() || !isa<ConstantPointerNull>(Test->getOperand(1)) ||
      !is_contained(H.Values, Test->getOperand(0)))
    return false;
  unsigned Null = Test->getPredicate() == ICmpInst::ICMP_EQ ? 0 : 1;
  return Br->getSuccessor(Null) == To && Br->getSuccessor(1 - Null) != To;
}

/// What is left of H on the way from FROM to TO.
static Holders along(const Holders &H, const BasicBlock *From, const BasicBlock *To) {
  Holders Next;
  Next.Variables = H.Variables;
  for (const Value *V : H.Values)
    if (auto *I = dyn_cast<Instruction>(V); I && I->isUsedOutsideOfBlock(From))
      include(Next.Values, V);
  for (const PHINode &Phi : To->phis()) {
    if (is_contained(H.Values, Phi.getIncomingValueForBlock(From)))
      include(Next.Values, static_cast<const Value *>(&Phi));
    else
      exclude(Next.Values, static_cast<const Value *>(&Phi));
  }
  return Next;
}

bool Walk::run(const Instruction &At) {
  Holders First;
  First.Values.push_back(&Start);
  std::set<std::pair<const BasicBlock *, Holders>> Seen;
  SmallVector<std::pair<const Instruction *, Holders>, 16> Work{{&At, First}};
  unsigned Left = std::min(Budget, MaxWork), Given = Left;
  while (!Work.empty()) {
    auto [I, H] = Work.pop_back_val();
    bool GoesOn = true;
    const BasicBlock *BB = I->getParent();
    for (; I && GoesOn; I = I->getNextNode()) {
      if (Left == 0) {
        Budget -= Given;
        return false;
      }
      --Left;
      GoesOn = step(*I, H);
    }
    if (!GoesOn)
      continue;
    for (const BasicBlock *Next : successors(BB)) {
      if (isForNull(BB, Next, H))
        continue;
      Holders There = along(H, BB, Next);
      if (There.Variables.empty() && There.Values.empty())
        continue; // no variable has got it on this way
      if (Seen.insert({Next, There}).second)
        Work.push_back({&Next->front(), There});
    }
  }
  Budget -= Given - Left;
  return true;
}

void VariableFates::describe(SiteInfo &Site, const Value &V, const Instruction &After) {
  const Function *F = After.getFunction();
  // Where nothing is optimised variables are memory; at level full they are bound.
  if (Opts.full() || F->hasOptNone() || !F->getSubprogram())
    return;
  if (F != Current) {
    Current = F;
    Budget = MaxFunctionWork;
  }
  Walk Known(Vars, Facts, Opts, V, false, Budget);
  if (!Known.run(After))
    return;
  Walk All(Vars, Facts, Opts, V, true, Budget);
  Walk *W = &Known;
  if (Known.Ends.empty() && Known.MayBeFreed) {
    if (!All.run(After))
      return;
    W = &All;
  }
  const End *Last = nullptr;
  for (const End &E : W->Ends)
    if (E.Line && (!Last || (Last->IsSet && !E.IsSet) ||
                   (Last->IsSet == E.IsSet && Last->Line < E.Line)))
      Last = &E;
  if (W->Again)
    Site.Flags |= MS_SITE_F_END_AGAIN;
  if (!Last)
    return;
  Site.Offset = Last->Line;
  if (Last->IsSet)
    Site.Flags |= MS_SITE_F_END_SET;
  if (W->Ends.size() > 1)
    Site.Flags |= MS_SITE_F_END_UNSURE;
  if (W == &All)
    Site.Flags |= MS_SITE_F_END_PASSED;
  const DIVariable *Var = Last->Variable ? Vars.lookup(Last->Variable).Var : nullptr;
  if (Var && Var->getName() != Site.Path)
    Site.Flags |= MS_SITE_F_END_OTHER;
}

static bool isVariable(const SiteInfo &Site) {
  return Site.Slot == MS_SLOT_LOCAL || Site.Slot == MS_SLOT_PARAM;
}

void VariableFates::describe(SiteInfo &Site, const CallBase &CB) {
  const Instruction *After = CB.isTerminator() ? nullptr : CB.getNextNode();
  if (isVariable(Site) && After && CB.getType()->isPointerTy())
    describe(Site, CB, *After);
}

void VariableFates::describe(SiteInfo &Site, const Argument &A) {
  if (isVariable(Site) && A.getType()->isPointerTy())
    describe(Site, A, A.getParent()->getEntryBlock().front());
}

} // namespace memscope
