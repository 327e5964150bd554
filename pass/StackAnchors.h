//===- StackAnchors.h - activations that the runtime can recognise --------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A function that may call allocators in a loop says at its entry that it begins anew, so that
// the runtime need not compare all of the stack above it at each of those calls: abi.h,
// "Anchors".
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_STACKANCHORS_H
#define MEMSCOPE_PASS_STACKANCHORS_H

namespace llvm {
class Function;
}

namespace memscope {

/// If F calls in a loop what may come to an allocator: makes its entry store into the word of
/// __memscope_tls.anchors that its frame address leads to, and marks its code; true then. 5
/// instructions.
bool anchorAtEntry(llvm::Function &F);

} // namespace memscope

#endif
