//===- ArenaCheck.cpp - "is it in the tracked arena", inlined -------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A pointer's byte 5 tells. Of a value in a register, and of what a slot holds:
//
//   movzbl __memscope_arena,%ecx
//   mov v,%rax; shr $40,%rax; cmp %rcx,%rax; je cold
//   cmp %cl,5(slot); je cold
//
// What is not an address at all may give a false alarm; the hooks look again.
//
// At level check the heap is where AddressSanitizer has put it:
//
//   (v - __memscope_heap.start) < __memscope_heap.size
//
//===----------------------------------------------------------------------===//
#include "pass/ArenaCheck.h"
#include "memscope/abi.h"
#include "pass/Options.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace memscope {

static_assert(MS_ARENA_SHIFT == 40 && MS_ARENA_BASE >> MS_ARENA_SHIFT << MS_ARENA_SHIFT == MS_ARENA_BASE,
              "the addresses of a generation have their bytes from 5 on in common");

/// Byte 5 of pointers into the generation that is followed.
static Value *arenaByte(IRBuilder<> &B) {
  Constant *Arena = B.GetInsertBlock()->getModule()->getOrInsertGlobal(
      MS_ARENA_SYMBOL_NAME, B.getInt32Ty());
  return ownAccess(B.CreateAlignedLoad(B.getInt8Ty(), Arena, Align(4), "memscope.arena"));
}

/// Whether V is in the arena.
static Value *inArena(IRBuilder<> &B, Value *V, Value *Byte) {
  if (V->getType()->isPointerTy())
    V = B.CreatePtrToInt(V, B.getInt64Ty());
  return B.CreateICmpEQ(B.CreateLShr(V, MS_ARENA_SHIFT), B.CreateZExt(Byte, B.getInt64Ty()));
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

/// Is V no block's address: null, undef, that of a function or a variable, on the stack too, or one inside?
static bool isNeverHeap(const Value *V) {
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
  Value *Byte = IsCheck ? nullptr : arenaByte(B);
  for (Value *V : Asked) {
    Value *Is = IsCheck ? inSanitizerHeap(B, V) : inArena(B, V, Byte);
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
                 : B.CreateICmpEQ(Held, arenaByte(B));
}

Value *slotsAtOrBelow(IRBuilder<> &B, Value *Tls, Value *Address) {
  Value *Field = B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Tls,
                                              offsetof(ms_tls, slots));
  Value *Slots = ownAccess(B.CreateLoad(B.getInt64Ty(), Field, /*isVolatile=*/true));
  Value *Limit = B.CreateNot(B.CreatePtrToInt(Address, B.getInt64Ty()));
  return B.CreateICmpUGE(Slots, Limit);
}

} // namespace memscope
