//===- Options.h - the plug-in's options, parsed --------------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The values behind options.def after checking. Get them by Options::get(Ctx);
// a bad value is reported to CTX once per process and the default is used after
// that, so that one mistake gives one message.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_OPTIONS_H
#define MEMSCOPE_PASS_OPTIONS_H

#include "llvm/ADT/StringMap.h"
#include "llvm/IR/LLVMContext.h"

namespace memscope {

/// What is instrumented; each level contains the one before.
enum class Level { Alloc, Refs, Full, Check };

struct Options {
  Level L = Level::Alloc;
  bool Remarks = false;
  bool Stats = false;
  /// Allocation functions that the user named -> index of the size argument.
  llvm::StringMap<unsigned> Allocators;
  /// Freeing functions that the user named (argument 0 is freed).
  llvm::StringMap<bool> Deallocators;

  bool copies() const { return L >= Level::Refs; }
  bool full() const { return L >= Level::Full; }

  static const Options &get(llvm::LLVMContext &Ctx);
};

} // namespace memscope

#endif
