//===- StoreFacts.h - what of a pointer store need not be looked at -------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What the code around a store says about the pointer that the slot had and the
// one that it gets, so that the inlined check has less to ask. Pure.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_STOREFACTS_H
#define MEMSCOPE_PASS_STOREFACTS_H

#include "llvm/IR/Instructions.h"

namespace memscope {

struct StoreFacts {
  /// Where the value has just been loaded from, if it is still there. To look at a byte in memory
  /// is cheaper than to shift it out of a register.
  llvm::Value *Source = nullptr;
  /// The value is in the same block as the one that the slot has: x->end = x->end + n.
  bool IsStep = false;
  /// The slot is a variable's that has had no value yet.
  bool IsFirst = false;
};

StoreFacts factsOf(const llvm::StoreInst &SI);

} // namespace memscope

#endif
