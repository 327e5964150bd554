//===- TypeWalk.h - byte offset in a type -> ".entries[].buf" -------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Opaque pointers leave only offsets in the IR: the member names come from
// walking the declared type by constant offset and by the strides of variable
// indices.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_TYPEWALK_H
#define MEMSCOPE_PASS_TYPEWALK_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include <string>

namespace memscope {

/// What the walk is to arrive at.
struct Want {
  /// The outermost object that begins there (its address is taken); else an
  /// object that holds a pointer.
  bool IsObject = false;
  /// Among the members of a union that fit, prefer one that points at this.
  const llvm::DIType *Pointee = nullptr;

  /// If not 0: an integer of so many bytes instead.
  unsigned Integer = 0;

  static Want object() { return {true, nullptr}; }
  static Want pointer(const llvm::DIType *Pointee = nullptr) {
    return {false, Pointee};
  }
  static Want integer(unsigned Bytes) { return {false, nullptr, Bytes}; }
};

/// Distance from the begin of an object: OFFSET bytes plus one multiple of each
/// stride (an index that is not constant).
struct Displacement {
  int64_t Offset = 0;
  llvm::SmallVector<uint64_t, 4> Strides;
};

struct WalkResult {
  std::string Suffix;                    ///< ".entries[].buf"; may be empty
  const llvm::DIType *Type = nullptr;    ///< of what was found
  unsigned DeclLine = 0;                 ///< of the last member; 0 if none
  /// The innermost struct, class or union that has a name, the member in it
  /// (".name", ".u.tab[]") and the member's offset; null if it is no member.
  const llvm::DIType *Container = nullptr;
  std::string Member;
  uint64_t MemberOffset = 0;
};

/// Walks from an object of type TY. Returns false if nothing fits; RESULT is
/// then undefined.
bool walkObject(const llvm::DIType *Ty, Displacement D, const Want &W,
                WalkResult &Result);

/// Walks from a pointer to TY, which may point into an array: the suffix begins
/// with "->" (before "[" too, for a pointer to an array), "[" or is empty for the
/// object itself ("*p").
bool walkPointee(const llvm::DIType *Ty, Displacement D, const Want &W,
                 WalkResult &Result);

} // namespace memscope

#endif
