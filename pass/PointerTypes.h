//===- PointerTypes.h - which memory and which values hold pointers -------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Questions about types only: of the debug info (what the source declared) and
// of the IR (what is left of it). Pure.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_POINTERTYPES_H
#define MEMSCOPE_PASS_POINTERTYPES_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include <optional>

namespace memscope {

/// What a declared type says about pointers in an object of it.
enum class Holds {
  Unknown, ///< void, incomplete: anything may be there
  Nothing, ///< too small or not of a kind that holds pointers
  Bytes,   ///< characters: text, or any object seen as bytes
  Pointers ///< a pointer, or an integer as wide as one, is part of it
};
Holds holdsPointers(const llvm::DIType *Ty);

/// An object as words of 8 bytes.
struct WordsOfObject {
  uint64_t Count = 0;      ///< 0: nothing is known
  uint32_t NoPointers = 0; ///< bit I: word I is declared to hold no pointer
};

/// Of an object, or an element, of structure or array type TY. Characters and unsigned integers as
/// wide as a pointer are where C keeps anything; signed ones, size_t, floats and what is smaller
/// are not.
WordsOfObject wordsOfObject(const llvm::DIType *Ty);

/// May memory of IR type TY hold pointers? Unions are declared by their largest
/// member, so they may if they are large enough.
bool mayHoldPointers(const llvm::Type *Ty, const llvm::DataLayout &DL);

/// A pointer that is part of a value in registers.
struct PointerPart {
  llvm::SmallVector<unsigned, 2> Path; ///< to the element of an aggregate
  int Lane = -1;                       ///< of a vector, or word of a wide integer
  uint64_t Offset = 0;                 ///< where it lies when stored
};

/// What counts as a pointer in a value.
enum class Words {
  Pointers,
  Integers, ///< also integers as wide
  Any       ///< also words of wider integers, and floating-point numbers as wide
};

/// The parts of a value of type TY that are pointers, or other WORDS. False if they cannot
/// be listed (scalable vectors, other address spaces).
bool pointerParts(llvm::Type *Ty, const llvm::DataLayout &DL, Words Which,
                  llvm::SmallVectorImpl<PointerPart> &Parts);

/// The operation by which RMW makes a pointer of another; nothing if it is none of the usual ones.
std::optional<llvm::Instruction::BinaryOps> operationOf(const llvm::AtomicRMWInst &RMW);

/// PART of V as a 64-bit pointer.
llvm::Value *extractPart(llvm::IRBuilder<> &B, llvm::Value *V,
                         const PointerPart &Part);

} // namespace memscope

#endif
