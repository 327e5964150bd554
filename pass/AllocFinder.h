//===- AllocFinder.h - which calls allocate, free, or do neither ----------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Classifies one call by its callee alone; what the callee does when the module
// defines it is FunctionFacts' business.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_ALLOCFINDER_H
#define MEMSCOPE_PASS_ALLOCFINDER_H

#include "pass/Options.h"
#include "llvm/IR/InstrTypes.h"

namespace memscope {

enum class AllocRole {
  None,    ///< not known to allocate or free
  Alloc,   ///< the result is a fresh block
  Realloc, ///< frees argument Arg, the result is the block it became
  Free,    ///< frees argument Arg
  Out      ///< stores a fresh block through argument Arg
};

struct AllocCall {
  AllocRole Role = AllocRole::None;
  unsigned Arg = 0;

  bool allocates() const {
    return Role == AllocRole::Alloc || Role == AllocRole::Realloc ||
           Role == AllocRole::Out;
  }
};

/// What CB is known to do: by the user's list, by LLVM's attributes, by name.
AllocCall classifyAllocCall(const llvm::CallBase &CB, const Options &Opts);

/// True if CB cannot lead to an allocation: an intrinsic, a function that only
/// touches its arguments, or one of inert.def.
bool isInertCall(const llvm::CallBase &CB);

/// True if CB calls code that was probably compiled without frame pointers: a
/// function of a system header or one that nothing is known of, but not an
/// allocator that the runtime itself stands in for.
bool mayLackFrames(const llvm::CallBase &CB);

} // namespace memscope

#endif
