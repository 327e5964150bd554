//===- ArenaCheck.cpp - "is it in the tracked arena", inlined -------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A pointer's byte 5 tells. Of what a slot holds, and of a value in a register:
//
//   mov __memscope_arena,%ecx
//   cmp %cl,5(slot); je cold
//   mov v,%rax; shr $40,%rax; cmp %ecx,%eax; je cold
//
// What is not an address at all may give a false alarm; the hooks look again.
//
// Checks share the first of these instructions (mergeArenaLoads) though a hook between them, or
// another thread, may begin a new generation, so that what they have is of the one before. An
// old block is then a false alarm; a new one would be missed. But code that does not call anything
// cannot have a pointer to a block that was allocated after the variable was loaded: it gets new
// pointers only from other threads, and for that it reads something atomic or volatile first (a lock
// is a call), unless the program has a data race. Who published the pointer had it from malloc,
// after the variable had changed, so a load after that sees it. Loops load again each time.
//
// At level check the heap is where AddressSanitizer has put it:
//
//   (v - __memscope_heap.start) < __memscope_heap.size
//
//===----------------------------------------------------------------------===//
#include "pass/ArenaCheck.h"
#include "memscope/abi.h"
#include "pass/Options.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Intrinsics.h"

using namespace llvm;

namespace memscope {

static_assert(MS_ARENA_SHIFT == 40 && MS_ARENA_BASE >> MS_ARENA_SHIFT << MS_ARENA_SHIFT == MS_ARENA_BASE,
              "the addresses of a generation have their bytes from 5 on in common");

/// What pointers into the generation that is followed are, shifted by MS_ARENA_SHIFT.
static Value *arenaKey(IRBuilder<> &B) {
  Module &M = *B.GetInsertBlock()->getModule();
  Constant *Arena = M.getOrInsertGlobal(MS_ARENA_SYMBOL_NAME, B.getInt32Ty());
  // Part of an executable: its linker has the variable there, whoever defines it, and no register
  // need hold its address.
  if (M.getPICLevel() == PICLevel::NotPIC || M.getPIELevel() != PIELevel::Default)
    cast<GlobalVariable>(Arena)->setDSOLocal(true);
  return ownAccess(B.CreateAlignedLoad(B.getInt32Ty(), Arena, Align(4), "memscope.arena"));
}

/// Whether V is in the arena.
static Value *inArena(IRBuilder<> &B, Value *V, Value *Key) {
  if (V->getType()->isPointerTy())
    V = B.CreatePtrToInt(V, B.getInt64Ty());
  return B.CreateICmpEQ(B.CreateTrunc(B.CreateLShr(V, MS_ARENA_SHIFT), B.getInt32Ty()), Key);
}

/// Whether V is in AddressSanitizer's heap.
static Value *inSanitizerHeap(IRBuilder<> &B, Value *V) {
  Module &M = *B.GetInsertBlock()->getModule();
  Type *I64 = B.getInt64Ty();
  Constant *Range = M.getOrInsertGlobal(MS_HEAP_SYMBOL_NAME, ArrayType::get(I64, 2));
  if (V->getType()->isPointerTy())
    V = B.CreatePtrToInt(V, I64);
  Value *Start = ownAccess(B.CreateLoad(I64, Range));
  Value *Size = ownAccess(
      B.CreateLoad(I64, B.CreateConstInBoundsGEP1_64(I64, Range, 1)));
  return B.CreateICmpULT(B.CreateSub(V, Start), Size);
}

bool isNeverHeap(const Value *V) {
  if (isa<ConstantPointerNull>(V) || isa<UndefValue>(V))
    return true;
  if (!V->getType()->isPointerTy())
    return false;
  const Value *Object = getUnderlyingObject(V);
  return isa<GlobalValue>(Object) || isa<AllocaInst>(Object);
}

Value *either(IRBuilder<> &B, Value *Known, Value *Another) {
  auto *C = dyn_cast<ConstantInt>(Known);
  return C && C->isZero() ? Another : B.CreateOr(Known, Another);
}

Value *anyInArena(IRBuilder<> &B, ArrayRef<Value *> Values) {
  SmallVector<Value *, 8> Asked;
  for (Value *V : Values)
    if (!isNeverHeap(V))
      Asked.push_back(V);
  if (Asked.empty())
    return B.getFalse();
  Value *Any = B.getFalse();
  bool IsCheck = Options::get(B.getContext()).L == Level::Check;
  Value *Key = IsCheck ? nullptr : arenaKey(B);
  for (Value *V : Asked) {
    Value *Is = IsCheck ? inSanitizerHeap(B, V) : inArena(B, V, Key);
    Any = either(B, Any, Is);
  }
  return Any;
}

Value *holdsArena(IRBuilder<> &B, Value *Slot, uint64_t Offset) {
  bool IsCheck = Options::get(B.getContext()).L == Level::Check;
  uint64_t At = Offset + (IsCheck ? 0 : MS_ARENA_SHIFT / 8);
  Value *Address = At ? B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Slot, At) : Slot;
  Value *Held = ownAccess(B.CreateAlignedLoad(IsCheck ? B.getInt64Ty() : B.getInt8Ty(),
                                              Address, Align(1), "memscope.held"));
  if (isa<AllocaInst>(Slot->stripInBoundsOffsets()))
    Held = B.CreateFreeze(Held); // it may hold nothing yet
  return IsCheck ? inSanitizerHeap(B, Held)
                 : B.CreateICmpEQ(Held, B.CreateTrunc(arenaKey(B), B.getInt8Ty()));
}

/// Is I a load of the key by a check?
static LoadInst *arenaLoad(Instruction &I) {
  auto *LI = dyn_cast<LoadInst>(&I);
  auto *GV = LI ? dyn_cast<GlobalVariable>(LI->getPointerOperand()) : nullptr;
  return GV && GV->getName() == MS_ARENA_SYMBOL_NAME ? LI : nullptr;
}

/// May the thread that executes I get to know a block by it that was not there before: from a
/// function, or from another thread?
static bool mayMeetNewBlocks(const Instruction &I) {
  auto *CB = dyn_cast<CallBase>(&I);
  if (!CB)
    return I.isAtomic() || I.isVolatile();
  if (isa<IntrinsicInst>(CB))
    return !CB->hasFnAttr(Attribute::NoSync) || !CB->hasFnAttr(Attribute::NoCallback);
  return CB->getCallingConv() != CallingConv::PreserveMost || !CB->getCalledFunction() ||
         !CB->getCalledFunction()->getName().starts_with("__memscope_");
}

void mergeArenaLoads(Function &F) {
  DenseMap<const BasicBlock *, Value *> AtEnd;
  for (BasicBlock *BB : ReversePostOrderTraversal<Function *>(&F)) {
    Value *Known = nullptr;
    bool IsSame = !pred_empty(BB);
    for (const BasicBlock *Pred : predecessors(BB)) {
      Value *There = AtEnd.lookup(Pred); // null: a way back
      Known = Known ? Known : There;
      IsSame &= There && There == Known;
    }
    if (!IsSame)
      Known = nullptr;
    for (Instruction &I : make_early_inc_range(*BB)) {
      LoadInst *LI = arenaLoad(I);
      if (LI && Known) {
        LI->replaceAllUsesWith(Known);
        LI->eraseFromParent();
      } else if (LI) {
        Known = LI;
      } else if (mayMeetNewBlocks(I)) {
        Known = nullptr;
      }
    }
    AtEnd[BB] = Known;
  }
}

Value *slotsAtOrBelow(IRBuilder<> &B, Value *Tls, Value *Address) {
  Value *Field = B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Tls,
                                              offsetof(ms_tls, slots));
  Type *I64 = B.getInt64Ty();
  // slots >= ~Address if slots + Address + 1 has a carry: lea, add from memory, jc.
  Value *Above = B.CreateAdd(B.CreatePtrToInt(Address, I64), B.getInt64(1));
  Value *Slots = ownAccess(B.CreateLoad(I64, Field));
  Value *Sum = B.CreateIntrinsic(Intrinsic::uadd_with_overflow, {I64}, {Above, Slots});
  return B.CreateExtractValue(Sum, 1);
}

} // namespace memscope
