//===- ArenaCheck.h - "is it in the tracked arena", inlined ---------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The few instructions that every pointer copy pays for; see abi.h for why the
// question is about the high bits of a pointer.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_ARENACHECK_H
#define MEMSCOPE_PASS_ARENACHECK_H

#include "llvm/IR/IRBuilder.h"

namespace memscope {

/// Says of I, an access that is not the program's, that sanitizers have no business with it.
template <typename InstT> InstT *ownAccess(InstT *I) {
  I->setMetadata(llvm::LLVMContext::MD_nosanitize, llvm::MDNode::get(I->getContext(), {}));
  return I;
}

/// An i1 that is true if one of VALUES (pointers or 64-bit integers) is in the
/// arena. It may be true for what is no address, too.
llvm::Value *anyInArena(llvm::IRBuilder<> &B, llvm::ArrayRef<llvm::Value *> Values);

/// An i1 that is true if the eight bytes OFFSET bytes behind SLOT hold an address in the
/// arena now. They may hold what is no address, and may be true then.
llvm::Value *holdsArena(llvm::IRBuilder<> &B, llvm::Value *Slot, uint64_t Offset);

/// Is V no block's address: null, undef, that of a function or a variable, on the stack too, or one
/// inside?
bool isNeverHeap(const llvm::Value *V);

/// Has the checks in F share what they load of __memscope_arena, as far as that is sound.
void mergeArenaLoads(llvm::Function &F);

/// KNOWN or ANOTHER, both i1; ANOTHER if KNOWN is false for certain.
llvm::Value *either(llvm::IRBuilder<> &B, llvm::Value *Known, llvm::Value *Another);

/// An i1: has a tracked pointer been recorded at or below ADDRESS on this thread's
/// stack? TLS is the address of __memscope_tls.
llvm::Value *slotsAtOrBelow(llvm::IRBuilder<> &B, llvm::Value *Tls,
                            llvm::Value *Address);

} // namespace memscope

#endif
