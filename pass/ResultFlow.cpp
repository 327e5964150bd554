//===- ResultFlow.cpp - where the result of a call goes -------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Follows the value through casts, phis, pointer arithmetic, aggregates and
// locals. Locals are still in memory here, so a store to one is followed to the
// loads that it reaches on some path with no other store in between: that makes
// `p = malloc(1); free(p); p = q; return p;` no wrapper. For the slot, only
// compiler-made storage is looked through; the first named place wins, because
// that is where the author put the block.
//
//===----------------------------------------------------------------------===//
#include "pass/ResultFlow.h"
#include "pass/Site.h"
#include "pass/TypeName.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace memscope {

/// Bounds the work on functions of machine-made size; beyond it a result is
/// taken not to be returned.
static constexpr unsigned MaxBlocks = 20000;
static constexpr unsigned MaxValues = 4000;

bool holdsPointer(const llvm::Type *Ty) {
  if (Ty->isPointerTy())
    return true;
  if (!Ty->isStructTy() && !Ty->isArrayTy())
    return false;
  return any_of(Ty->subtypes(), holdsPointer);
}

void reachedLoads(const StoreInst &Store, const AllocaInst *Storage,
                         SmallVectorImpl<const LoadInst *> &Loads) {
  SmallPtrSet<const BasicBlock *, 32> Seen;
  SmallVector<const Instruction *, 16> Work{Store.getNextNode()};
  while (!Work.empty() && Seen.size() < MaxBlocks) {
    const Instruction *I = Work.pop_back_val();
    bool Killed = false;
    for (; I && !Killed; I = I->getNextNode()) {
      if (auto *LI = dyn_cast<LoadInst>(I)) {
        if (LI->getPointerOperand() == Storage)
          Loads.push_back(LI);
      } else if (auto *SI = dyn_cast<StoreInst>(I)) {
        Killed = SI->getPointerOperand() == Storage;
      }
      if (I->isTerminator() && !Killed)
        for (const BasicBlock *Next : successors(I->getParent()))
          if (Seen.insert(Next).second)
            Work.push_back(&Next->front());
    }
  }
}

/// Library functions that return their first argument; clang does not say so.
static bool returnsFirstArgument(const Function &F) {
  static const StringSet<> Names = [] {
    StringSet<> T;
#define MS_INERT(Name)
#define MS_INERT_FIRST(Name) T.insert(Name);
#include "pass/inert.def"
    return T;
  }();
  return F.isDeclaration() && Names.contains(F.getName());
}

bool ResultFlow::returnsArgument(const CallBase &CB, const Value *V) {
  if (!holdsPointer(CB.getType()))
    return false;
  if (CB.getReturnedArgOperand() == V)
    return true;
  const Function *F = CB.getCalledFunction();
  if (!F)
    return false;
  if (returnsFirstArgument(*F))
    return CB.getArgOperand(0) == V;
  if (F->isDeclaration() || F->isInterposable() || F->isVarArg())
    return false;
  for (unsigned I = 0; I < CB.arg_size() && I < F->arg_size(); ++I) {
    if (CB.getArgOperand(I) != V)
      continue;
    // False while it is being computed: recursion alone proves nothing.
    auto [It, IsNew] = ArgumentReturned.try_emplace(F->getArg(I), false);
    if (!IsNew) {
      if (It->second)
        return true;
      continue;
    }
    bool Returned = reachesReturn(*F->getArg(I));
    ArgumentReturned[F->getArg(I)] = Returned;
    if (Returned)
      return true;
  }
  return false;
}

/// Is U the pointer V passed on unchanged, or as part of an aggregate, or moved
/// within its block?
bool ResultFlow::isSameBlock(const User *U, const Value *V) {
  if (auto *Op = dyn_cast<Operator>(U)) {
    switch (Op->getOpcode()) {
    case Instruction::BitCast:
    case Instruction::AddrSpaceCast:
    case Instruction::PtrToInt:
    case Instruction::IntToPtr:
    case Instruction::Freeze:
    case Instruction::PHI:
    case Instruction::InsertValue:
    case Instruction::ExtractValue:
      return true;
    case Instruction::Select:
      return cast<SelectInst>(U)->getCondition() != V;
    case Instruction::GetElementPtr:
      return cast<GEPOperator>(U)->getPointerOperand() == V;
    case Instruction::Add:
    case Instruction::Or:
    case Instruction::And:
      return true;
    default:
      break;
    }
  }
  if (auto *CB = dyn_cast<CallBase>(U))
    return returnsArgument(*CB, V);
  return false;
}

bool ResultFlow::mayBeReturned(const CallBase &CB) {
  return holdsPointer(CB.getFunction()->getReturnType()) && reachesReturn(CB);
}

/// May START be what its function returns?
bool ResultFlow::reachesReturn(const Value &Start) {
  SmallPtrSet<const Value *, 32> Seen{&Start};
  SmallVector<const Value *, 16> Work{&Start};
  auto Push = [&](const Value *V) {
    if (Seen.insert(V).second)
      Work.push_back(V);
  };
  while (!Work.empty() && Seen.size() < MaxValues) {
    const Value *V = Work.pop_back_val();
    for (const User *U : V->users()) {
      if (isa<ReturnInst>(U))
        return true;
      if (isSameBlock(U, V)) {
        Push(U);
        continue;
      }
      auto *SI = dyn_cast<StoreInst>(U);
      if (!SI || SI->getValueOperand() != V)
        continue;
      // A struct that is returned in registers is built in an alloca by parts.
      const Value *Storage = SI->getPointerOperand()->stripInBoundsOffsets();
      auto *AI = dyn_cast<AllocaInst>(Storage);
      if (!AI)
        continue;
      if (AI == SI->getPointerOperand()) {
        SmallVector<const LoadInst *, 8> Loads;
        reachedLoads(*SI, AI, Loads);
        for (const LoadInst *LI : Loads)
          Push(LI);
      } else {
        for (const User *AU : AI->users())
          if (auto *LI = dyn_cast<LoadInst>(AU))
            if (holdsPointer(LI->getType()))
              Push(LI);
      }
    }
  }
  return false;
}

/// Everything that one result was seen to do.
struct ResultFlow::Uses {
  SmallVector<std::pair<const Instruction *, SlotInfo>, 4> Stores;
  const CallBase *PassedTo = nullptr;
  unsigned PassedAs = 0;
  bool Returned = false;
  bool StoredUnnamed = false; ///< stored to a place that has no path
  bool Any = false;
  void passedTo(const CallBase &Call, const Value *V);
};

static bool comesFirst(const Instruction *A, const Instruction *B) {
  if (A->getParent() == B->getParent())
    return A->comesBefore(B);
  for (const BasicBlock &BB : *A->getFunction()) {
    if (&BB == A->getParent())
      return true;
    if (&BB == B->getParent())
      return false;
  }
  return false;
}

/// Takes the type that pointer type TY points at, if it is one; a reference to a
/// pointer is that pointer.
static void setPointee(SlotInfo &S, const DIType *Ty) {
  if (isReferenceType(Ty) && isPointerType(pointeeType(Ty)))
    Ty = pointeeType(Ty);
  S.HasType = isPointerType(Ty);
  S.Pointee = pointeeType(Ty);
}

static SlotInfo slotFromPlace(const Place &P) {
  SlotInfo S;
  S.Path = P.Text;
  S.Slot = P.Slot;
  S.DeclLine = P.DeclLine;
  if (P.HasType) {
    S.HasType = true;
    S.Pointee = isPointerType(P.Type) ? pointeeType(P.Type) : P.Type;
  }
  return S;
}

/// `new T(...)` passes the block to T's constructor first; that is not yet where
/// it goes.
static bool isConstructor(const CallBase &CB) {
  const Function *F = CB.getCalledFunction();
  if (!F || !F->getName().starts_with("_ZN"))
    return false;
  ItaniumPartialDemangler Demangler;
  return !Demangler.partialDemangle(F->getName().str().c_str()) &&
         Demangler.isCtorOrDtor();
}

/// Notes that V is an argument of CALL, unless that is part of making or unmaking
/// the object (a constructor; the delete when the constructor throws).
void ResultFlow::Uses::passedTo(const CallBase &Call, const Value *V) {
  const Function *F = Call.getCalledFunction();
  if (isa<IntrinsicInst>(Call) || isConstructor(Call) ||
      (F && F->getName().starts_with("_Zd")))
    return;
  for (unsigned I = 0; I < Call.arg_size(); ++I)
    if (Call.getArgOperand(I) == V && (!PassedTo || comesFirst(&Call, PassedTo))) {
      PassedTo = &Call;
      PassedAs = I;
    }
}

void ResultFlow::collectUses(const CallBase &CB, Uses &Found) {
  // A union may have several pointers at one place: the callee's type tells.
  const DIType *Result = nullptr;
  Paths.resultTypeOf(CB, Result);
  const Want Wanted = Want::pointer(pointeeType(Result));
  SmallPtrSet<const Value *, 16> Seen{&CB};
  SmallVector<const Value *, 16> Work{&CB};
  while (!Work.empty() && Seen.size() < MaxValues) {
    const Value *V = Work.pop_back_val();
    for (const User *U : V->users()) {
      Found.Any = true;
      if (isa<ReturnInst>(U)) {
        Found.Returned = true;
      } else if (isSameBlock(U, V)) {
        if (Seen.insert(U).second)
          Work.push_back(U);
      } else if (auto *SI = dyn_cast<StoreInst>(U)) {
        if (SI->getValueOperand() != V)
          continue;
        const Value *To = SI->getPointerOperand();
        if (Paths.isUnnamedStorage(To)) {
          SmallVector<const LoadInst *, 8> Loads;
          if (auto *AI = dyn_cast<AllocaInst>(To))
            reachedLoads(*SI, AI, Loads);
          for (const LoadInst *LI : Loads)
            if (Seen.insert(LI).second)
              Work.push_back(LI);
          // A temporary that is passed by reference: v.push_back(new T).
          for (const User *TU : To->users())
            if (auto *Call = dyn_cast<CallBase>(TU))
              Found.passedTo(*Call, To);
        } else if (Place P = Paths.placeAt(To, Wanted)) {
          Found.Stores.push_back({SI, slotFromPlace(P)});
        } else {
          Found.StoredUnnamed = true;
        }
      } else if (auto *Call = dyn_cast<CallBase>(U)) {
        Found.passedTo(*Call, V);
      }
    }
  }
}

/// The first of the places that the result is stored to.
static SlotInfo firstStore(ArrayRef<std::pair<const Instruction *, SlotInfo>> Stores) {
  const auto *First = &Stores[0];
  bool Several = false;
  for (const auto &Store : Stores) {
    Several |= Store.second.Path != Stores[0].second.Path;
    if (comesFirst(Store.first, First->first))
      First = &Store;
  }
  SlotInfo S = First->second;
  S.Several = Several;
  return S;
}

SlotInfo ResultFlow::resultSlot(const CallBase &CB) {
  Uses Found;
  collectUses(CB, Found);
  SlotInfo S;
  if (!Found.Stores.empty()) {
    S = firstStore(Found.Stores);
  } else if (Found.Returned) {
    S.Path = "return";
    S.Slot = MS_SLOT_RETURN;
    const DISubprogram *SP = CB.getFunction()->getSubprogram();
    if (SP && SP->getType() && SP->getType()->getTypeArray().size() != 0)
      setPointee(S, SP->getType()->getTypeArray()[0]);
  } else if (Found.StoredUnnamed) {
    S.Slot = MS_SLOT_NONE;
  } else if (Found.PassedTo) {
    S.Path = "argument " + std::to_string(Found.PassedAs + 1) + " of " +
             Paths.calleeName(*Found.PassedTo);
    S.Slot = MS_SLOT_ARG;
    if (const Function *F = Found.PassedTo->getCalledFunction())
      setPointee(S, parameterType(F->getSubprogram(), Found.PassedAs));
  } else {
    S.Slot = Found.Any ? MS_SLOT_TEMP : MS_SLOT_DROPPED;
  }
  // Nothing declares the slot; the callee's declared result is the next best.
  const DIType *Ty = nullptr;
  if (!S.HasType && Paths.resultTypeOf(CB, Ty) && pointeeType(Ty))
    setPointee(S, Ty);
  return S;
}

SlotInfo ResultFlow::outSlot(const CallBase &CB, unsigned Arg) {
  if (Arg >= CB.arg_size())
    return {};
  Place P = Paths.placeAt(CB.getArgOperand(Arg));
  return P ? slotFromPlace(P) : SlotInfo();
}

SlotInfo ResultFlow::freedSlot(const CallBase &CB, unsigned Arg) {
  SlotInfo S;
  if (Arg >= CB.arg_size())
    return S;
  ValuePath V = Paths.pathOf(CB.getArgOperand(Arg));
  if (!V)
    return S;
  S.Path = V.spelling();
  S.Slot = V.Slot;
  S.DeclLine = V.DeclLine;
  S.HasType = V.HasType;
  if (V.HasType)
    S.Pointee = V.IsAddress ? V.Type : pointeeType(V.Type);
  return S;
}

} // namespace memscope
