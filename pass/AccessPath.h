//===- AccessPath.h - IR value or address -> `ctx->entries[].buf` ---------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Answers, at the start of the pipeline, two questions about the IR in words of
// the source: which place is at this address (placeAt), and what does this value
// stand for (pathOf). Pure: never changes the IR.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_ACCESSPATH_H
#define MEMSCOPE_PASS_ACCESSPATH_H

#include "memscope/site.h"
#include "pass/DebugVars.h"
#include "pass/TypeWalk.h"
#include "llvm/IR/InstrTypes.h"

namespace memscope {

/// An object in memory, as the source names it.
struct Place {
  std::string Text; ///< empty: not known
  const llvm::DIType *Type = nullptr;
  bool HasType = false; ///< Type is known (null then means void)
  unsigned Slot = MS_SLOT_NONE;
  unsigned DeclLine = 0;
  /// For a member: see WalkResult.
  const llvm::DIType *Container = nullptr;
  std::string Member;
  uint64_t MemberOffset = 0;

  explicit operator bool() const { return !Text.empty(); }
  void setMember(const WalkResult &R) {
    Container = R.Container;
    Member = R.Member;
    MemberOffset = R.MemberOffset;
  }
};

/// A value. With IsAddress it is the address of the object TEXT of type TYPE,
/// else it is what TEXT holds.
struct ValuePath {
  std::string Text;
  const llvm::DIType *Type = nullptr;
  bool HasType = false;
  bool IsAddress = false;
  unsigned Slot = MS_SLOT_NONE;
  unsigned DeclLine = 0;

  explicit operator bool() const { return !Text.empty(); }
  /// As an expression: "&x" for an address, except of an array.
  std::string spelling() const;
};

/// Looks through what does not change which object an address is in: casts, also
/// to and from integers, and intrinsics that return their argument.
const llvm::Value *stripCasts(const llvm::Value *V);

class AccessPath {
public:
  AccessPath(llvm::Module &M, DebugVars &Vars) : M(M), Vars(Vars) {}

  Place placeAt(const llvm::Value *Address, const Want &W = Want::pointer()) {
    return placeAt(Address, W, 0);
  }
  ValuePath pathOf(const llvm::Value *V) { return pathOf(V, 0); }

  /// What is called, as in the source: "xmalloc", "g->frealloc"; never empty.
  std::string calleeName(const llvm::CallBase &CB) { return calleeName(CB, 0); }

  /// The declared result type of the callee; false if that is not known.
  bool resultTypeOf(const llvm::CallBase &CB, const llvm::DIType *&Ty) {
    return resultTypeOf(CB, Ty, 0);
  }

  /// What pointer V is declared to point at; null if that is void or not known.
  const llvm::DIType *pointeeOf(const llvm::Value *V);

  /// True for storage that has no name in the source: the compiler's own.
  bool isUnnamedStorage(const llvm::Value *Address);

private:
  Place placeAt(const llvm::Value *Address, const Want &W, unsigned Depth);
  Place placeInVariable(const DebugVar &Var, const Displacement &D, const Want &W);
  Place placeInUndescribed(const llvm::GlobalValue &GV, const Displacement &D,
                           const Want &W);
  Place placeBehindPointer(const ValuePath &Base, const llvm::Type *Hint,
                           const Displacement &D, const Want &W);
  ValuePath pathOf(const llvm::Value *V, unsigned Depth);
  ValuePath pathOfLoad(const llvm::Value *Address, unsigned Depth);
  ValuePath pathOfCall(const llvm::CallBase &CB, unsigned Depth);
  std::string calleeName(const llvm::CallBase &CB, unsigned Depth);
  bool resultTypeOf(const llvm::CallBase &CB, const llvm::DIType *&Ty,
                    unsigned Depth);

  llvm::Module &M;
  DebugVars &Vars;
};

} // namespace memscope

#endif
