//===- ArenaCheck.cpp - "is it in the tracked arena", inlined -------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// One value: (v >> 42) == 20. Two values with one branch: k(v) = (v >> 42) - 21
// has all bits set for an arena address, so k(v) | k(w) has all bits set if one of
// them is in the arena; for any two of null (-21), a program at 0x55... (0) and
// libraries, mappings and stacks at 0x7f... (10) it has not:
//
//   mov v,%rax; shr $42,%rax; add $-21,%eax
//   shr $42,%rcx; add $-21,%ecx; or %eax,%ecx; cmp $-1,%ecx; je cold
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

#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace memscope {

static constexpr uint64_t ArenaKey = MS_ARENA_BASE >> MS_ARENA_SHIFT;
static_assert(ArenaKey == 20 && ArenaKey << MS_ARENA_SHIFT == MS_ARENA_BASE,
              "the comment above is about these addresses");

/// The bits of V that tell the arena, as i32.
static Value *highBits(IRBuilder<> &B, Value *V) {
  if (V->getType()->isPointerTy())
    V = B.CreatePtrToInt(V, B.getInt64Ty());
  return B.CreateTrunc(B.CreateLShr(V, MS_ARENA_SHIFT), B.getInt32Ty());
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
  return isa<GlobalValue>(V->stripInBoundsOffsets());
}

Value *anyInArena(IRBuilder<> &B, ArrayRef<Value *> Values) {
  SmallVector<Value *, 8> Asked;
  for (Value *V : Values)
    if (!isNeverHeap(V))
      Asked.push_back(V);
  if (Asked.empty())
    return B.getFalse();
  Value *Any = nullptr;
  if (Options::get(B.getContext()).L == Level::Check) {
    for (Value *V : Asked) {
      Value *Is = inSanitizerHeap(B, V);
      Any = Any ? B.CreateOr(Any, Is) : Is;
    }
    return Any;
  }
  for (size_t I = 0; I < Asked.size(); I += 2) {
    Value *One = highBits(B, Asked[I]);
    Value *Is;
    if (I + 1 < Asked.size()) {
      Value *Bias = B.getInt32(static_cast<uint32_t>(-21));
      One = B.CreateAdd(One, Bias);
      Value *Two = B.CreateAdd(highBits(B, Asked[I + 1]), Bias);
      Is = B.CreateICmpEQ(B.CreateOr(One, Two), B.getInt32(~0u));
    } else {
      Is = B.CreateICmpEQ(One, B.getInt32(ArenaKey));
    }
    Any = Any ? B.CreateOr(Any, Is) : Is;
  }
  return Any;
}

Value *slotsAtOrBelow(IRBuilder<> &B, Value *Tls, Value *Address) {
  Value *Field = B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Tls,
                                              offsetof(ms_tls, slots));
  Value *Slots = ownAccess(B.CreateLoad(B.getInt64Ty(), Field, /*isVolatile=*/true));
  Value *Limit = B.CreateNot(B.CreatePtrToInt(Address, B.getInt64Ty()));
  return B.CreateICmpUGE(Slots, Limit);
}

} // namespace memscope
