//===- FunctionFacts.cpp - what the module's own functions do -------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A call of a function that this module defines is a site only if the callee
// asks for its caller's site, that is if one of its own sites passes its result
// on. Every other function names its allocations itself, and a store before the
// call would be wasted. Both facts grow from false, so that recursion alone
// proves nothing; the loop ends because a fact never becomes false again.
//
//===----------------------------------------------------------------------===//
#include "pass/FunctionFacts.h"

#include "llvm/IR/GlobalIFunc.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace memscope {

bool isUntouchable(const Function &F) {
  if (F.hasFnAttribute(Attribute::Naked) ||
      F.hasFnAttribute(Attribute::DisableSanitizerInstrumentation))
    return true;
  for (const GlobalIFunc &I : F.getParent()->ifuncs())
    if (I.getResolverFunction() == &F)
      return true;
  return false;
}

FunctionFacts::FunctionFacts(Module &M, ResultFlow &Flow, const Options &Opts) {
  for (Function &F : M)
    if (!F.isDeclaration())
      collect(F, Flow, Opts);
  solve();
}

void FunctionFacts::collect(Function &F, ResultFlow &Flow,
                            const Options &Opts) {
  bool Skip = isUntouchable(F);
  for (BasicBlock &BB : F)
    for (Instruction &I : BB) {
      auto *CB = dyn_cast<CallBase>(&I);
      if (!CB)
        continue;
      if (CB->isInlineAsm()) {
        if (CB->mayReadOrWriteMemory() && !CB->onlyAccessesArgMemory())
          Skipped.push_back({CB, SkipReason::InlineAsm});
        continue;
      }
      AllocCall Alloc = classifyAllocCall(*CB, Opts);
      if (Alloc.Role == AllocRole::None && isInertCall(*CB))
        continue;
      if (Skip) {
        Skipped.push_back({CB, F.hasFnAttribute(Attribute::Naked)
                                   ? SkipReason::NakedFunction
                                   : SkipReason::OptedOut});
        continue;
      }
      CallFacts Facts{CB, Alloc};
      if (Alloc.Role == AllocRole::None)
        if (Function *Callee = CB->getCalledFunction())
          if (!Callee->isDeclaration() && !Callee->isInterposable() &&
              !isUntouchable(*Callee))
            Facts.Target = Callee;
      if (holdsPointer(CB->getType()))
        Facts.PassesResult = Flow.mayBeReturned(*CB);
      Calls.push_back(Facts);
    }
}

bool FunctionFacts::isSite(const CallFacts &Call) const {
  if (!Call.Target)
    return true;
  auto It = Functions.find(Call.Target);
  return It != Functions.end() && It->second.NamesByCaller;
}

bool FunctionFacts::returnsFresh(const CallFacts &Call) const {
  if (Call.Alloc.Role == AllocRole::Alloc ||
      Call.Alloc.Role == AllocRole::Realloc)
    return true;
  if (Call.Target) {
    auto It = Functions.find(Call.Target);
    return It != Functions.end() && It->second.ReturnsFresh;
  }
  return Call.Call->getType()->isPointerTy() &&
         Call.Call->hasRetAttr(Attribute::NoAlias);
}

void FunctionFacts::solve() {
  bool Changed = true;
  while (Changed) {
    Changed = false;
    for (const CallFacts &Call : Calls) {
      if (!Call.PassesResult)
        continue;
      Facts &F = Functions[Call.Call->getFunction()];
      Facts Old = F;
      F.NamesByCaller |= isSite(Call) && Call.Alloc.Role != AllocRole::Free;
      F.ReturnsFresh |= returnsFresh(Call);
      Changed |= F.NamesByCaller != Old.NamesByCaller ||
                 F.ReturnsFresh != Old.ReturnsFresh;
    }
  }
}

} // namespace memscope
