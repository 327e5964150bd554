//===- CopySource.h - where a copied pointer came from --------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Names the value of a copy (`list->head`, the callee of a call, null ...) and,
// when it was read from a local variable, says whether that variable is read
// again afterwards: not read again is a move. At the start of the pipeline.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_COPYSOURCE_H
#define MEMSCOPE_PASS_COPYSOURCE_H

#include "pass/AccessPath.h"
#include "pass/Site.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Instructions.h"

namespace memscope {

class CopySource {
public:
  explicit CopySource(AccessPath &Paths) : Paths(Paths) {}

  /// Fills Src, SrcSlot and the flags SRC_DEAD, SRC_LIVE and OFFSET of SITE for
  /// the value V that instruction AT copies; TARGET is where to, or null.
  void describe(SiteInfo &Site, const llvm::Value *V,
                const llvm::Instruction &At, const llvm::Value *Target);

private:
  struct Origin {
    std::string Text;
    unsigned Slot = MS_SLOT_NONE;
    bool Offset = false;
    const llvm::AllocaInst *Variable = nullptr;
  };
  Origin originOf(const llvm::Value *V, unsigned Depth);
  bool isPrivate(const llvm::AllocaInst *Variable);

  AccessPath &Paths;
  /// isPrivateVariable of it.
  llvm::DenseMap<const llvm::AllocaInst *, bool> Private;
};

/// Is every use of VARIABLE a plain load or store of it?
bool isPrivateVariable(const llvm::AllocaInst *Variable);

/// What is stored to compiler-made STORAGE, if that is one value; else null.
const llvm::Value *onlyStoredValue(const llvm::Value *Storage);

} // namespace memscope

#endif
