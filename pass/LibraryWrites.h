//===- LibraryWrites.h - calls that write pointers through arguments ------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// One view of memory intrinsics and of the library functions of
// pointer_writers.def, by the callee alone.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_LIBRARYWRITES_H
#define MEMSCOPE_PASS_LIBRARYWRITES_H

#include "llvm/IR/InstrTypes.h"

namespace memscope {

struct LibraryWrite {
  enum WriteKind {
    None,
    Slot, ///< stores one pointer to *Dst
    Array, ///< moves N elements of Size bytes at Dst
    Copy,  ///< copies N bytes from Src to Dst
    Fill   ///< sets N bytes at Dst
  };
  WriteKind Kind = None;
  llvm::Value *Dst = nullptr, *Src = nullptr, *N = nullptr, *Size = nullptr;

  explicit operator bool() const { return Kind != None; }
};

/// What CB writes; None also if the module defines the function itself.
LibraryWrite libraryWrite(llvm::CallBase &CB);

} // namespace memscope

#endif
