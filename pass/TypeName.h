//===- TypeName.h - debug-info types: spelling, size, peeling -------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Small pure questions about a DIType. A null type is void throughout, as in
// debug info itself.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_TYPENAME_H
#define MEMSCOPE_PASS_TYPENAME_H

#include "llvm/IR/DebugInfoMetadata.h"
#include <string>

namespace memscope {

/// The type as it is spelled in the source: "struct item *", "void (*)(int)",
/// "std::vector<int>". With ISC structs, unions and enums keep their keyword.
std::string typeName(const llvm::DIType *Ty, bool IsC);

/// A declaration of NAME with type TY: "const char *name", "int (*cmp)(void)".
/// NAME may be a declarator itself: "f(int n)".
std::string declaration(const llvm::DIType *Ty, llvm::StringRef Name, bool IsC);

/// True if CU was compiled from C (or nothing is known).
bool isCUnit(const llvm::DICompileUnit *CU);

/// Without typedefs and const, volatile, restrict, _Atomic.
const llvm::DIType *peelType(const llvm::DIType *Ty);

/// sizeof in bytes; 0 for void, functions and incomplete types.
uint64_t typeSize(const llvm::DIType *Ty);

bool isPointerType(const llvm::DIType *Ty);
bool isReferenceType(const llvm::DIType *Ty);

/// What a pointer or reference type points at (as declared, not peeled).
const llvm::DIType *pointeeType(const llvm::DIType *Ty);

/// The result type of a function type or a pointer to one; null also for none.
const llvm::DIType *resultType(const llvm::DIType *Ty);

/// Type of parameter INDEX (from 0) of SP, or null.
const llvm::DIType *parameterType(const llvm::DISubprogram *SP, unsigned Index);

/// Number of elements of dimension DIM of array type TY; 0 for a flexible or
/// variable one.
uint64_t arrayCount(const llvm::DICompositeType *Ty, unsigned Dim);

} // namespace memscope

#endif
