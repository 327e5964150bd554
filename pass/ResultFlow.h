//===- ResultFlow.h - where the result of a call goes ---------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Two questions about a call that returns a pointer: which slot gets it first,
// and may the enclosing function return it (so that the caller should name the
// block)? Answered within one function, at the start of the pipeline.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_RESULTFLOW_H
#define MEMSCOPE_PASS_RESULTFLOW_H

#include "pass/AccessPath.h"
#include "llvm/IR/Instructions.h"

namespace memscope {

/// The slot that receives a pointer.
struct SlotInfo {
  std::string Path;
  const llvm::DIType *Pointee = nullptr;
  bool HasType = false;
  unsigned Slot = MS_SLOT_NONE;
  unsigned DeclLine = 0;
  bool Several = false;
};

class ResultFlow {
public:
  explicit ResultFlow(AccessPath &Paths) : Paths(Paths) {}

  /// May the result of CB be what the enclosing function returns?
  bool mayBeReturned(const llvm::CallBase &CB);

  /// The slot that gets the result of CB.
  SlotInfo resultSlot(const llvm::CallBase &CB);

  /// The slot that argument ARG of CB points at, for callees that store a block
  /// there: `line` for getline(&line, ...).
  SlotInfo outSlot(const llvm::CallBase &CB, unsigned Arg);

  /// Where the pointer that CB frees as argument ARG was read from.
  SlotInfo freedSlot(const llvm::CallBase &CB, unsigned Arg);

private:
  struct Uses;
  void collectUses(const llvm::CallBase &CB, Uses &Found);
  bool isSameBlock(const llvm::User *U, const llvm::Value *V);
  bool returnsArgument(const llvm::CallBase &CB, const llvm::Value *V);
  bool reachesReturn(const llvm::Value &Start);

  AccessPath &Paths;
  /// Which parameters a function of this module may return.
  llvm::DenseMap<const llvm::Argument *, bool> ArgumentReturned;
};

/// The loads of STORE's alloca STORAGE that may read what STORE wrote.
void reachedLoads(const llvm::StoreInst &Store, const llvm::AllocaInst *Storage,
                  llvm::SmallVectorImpl<const llvm::LoadInst *> &Loads);

/// True if values of TY are or contain a pointer (in registers).
bool holdsPointer(const llvm::Type *Ty);

} // namespace memscope

#endif
