//===- CopyFinder.h - which instructions copy pointers --------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Finds, at the start of the pipeline, the stores, atomics, memory intrinsics,
// library calls and call results by which pointers get to a new place, and says
// in words of the source from where to where. Pure: CopyAnnotator attaches it.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_COPYFINDER_H
#define MEMSCOPE_PASS_COPYFINDER_H

#include "pass/CopiedBytes.h"
#include "pass/CopySource.h"
#include "pass/AllocFinder.h"
#include "pass/LibraryWrites.h"
#include "pass/ResultFlow.h"
#include "pass/VariableFate.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/Instructions.h"
#include <optional>
#include <vector>

namespace memscope {

/// What one instruction copies.
struct CopyNote {
  llvm::Instruction *At;
  /// Kind NONE: a pointer copy that no history needs (a virtual table), bytes
  /// that are proven to be no pointers, or, on an alloca, the compiler's own
  /// storage. At the end of the pipeline such storage may be gone, and what was
  /// a copy to it is a copy to where the source says.
  SiteInfo Site;
  bool IsBinding = false; ///< the result of call At gets a name
};

/// A copy that cannot be recorded, for remarks and statistics.
struct BlindSpot {
  llvm::Instruction *At;
  const char *Why;
};

class CopyFinder {
public:
  CopyFinder(llvm::Module &M, AccessPath &Paths, ResultFlow &Flow,
             VariableFates &Fates, const Options &Opts)
      : M(M), Paths(Paths), Flow(Flow), Fates(Fates), Source(Paths), Moved(M, Paths), Opts(Opts) {}

  void find(llvm::Function &F, std::vector<CopyNote> &Notes,
            std::vector<BlindSpot> &Blind);
  /// After all functions: the numbers that are stored where somewhere a pointer is, made a number.
  void finish(std::vector<CopyNote> &Notes);

  /// The site of giving the pointer V to the slot at ADDRESS by instruction AT.
  SiteInfo describeStore(llvm::Instruction &At, const llvm::Value *Address,
                         const llvm::Value *V);
  CopySource &source() { return Source; }

private:
  void visit(llvm::Instruction &I, std::vector<CopyNote> &Notes,
             std::vector<BlindSpot> &Blind);
  void visitAtomic(llvm::Instruction &I, llvm::Value *Address, llvm::Value *V,
                   bool IsHandled, std::vector<CopyNote> &Notes,
                   std::vector<BlindSpot> &Blind);
  void visitCall(llvm::CallBase &CB, std::vector<CopyNote> &Notes,
                 std::vector<BlindSpot> &Blind);
  static std::string slotKey(const SiteInfo &Site);
  bool isDeclaredPointer(const llvm::Value *Address);
  bool isObjectWithPointers(const llvm::Value *Address);
  bool isStoreOverPointer(const llvm::StoreInst &SI);
  SiteInfo describeWrite(llvm::CallBase &CB, const LibraryWrite &W);
  std::optional<SiteInfo> describeBinding(llvm::CallBase &CB);
  bool isTemporary(const llvm::AllocaInst &AI);

  llvm::Module &M;
  AccessPath &Paths;
  ResultFlow &Flow;
  VariableFates &Fates;
  CopySource Source;
  CopiedBytes Moved;
  const Options &Opts;
  std::vector<llvm::StoreInst *> Numbers;
  llvm::StringSet<> IntegerSlots;
};

/// Does the address of AI not get out, except as a structure that is passed or returned?
bool isUnseenStorage(const llvm::AllocaInst &AI);

/// Puts path, slot, type and member of P into SITE, unless it has no debug info.
void setPlace(SiteInfo &Site, const Place &P);

} // namespace memscope

#endif
