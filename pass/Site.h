//===- Site.h - what is known about one site, and its metadata form -------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A SiteInfo holds the facts that end up in one struct ms_site. Between the two
// passes it lives in the IR as a metadata node:
//
//   !{!"func", !"file", !"dir", !"path", !"type", !"callee", !"symbol",
//     i32 line, i32 column, i32 kind, i32 slot, i32 flags, i32 type size,
//     i32 declaration line, i32 discriminator, !DISubprogram or null}
//
// Sites of pointer copies, functions and parameters, and those whose offset is
// known, go on with
//
//     !"field", !"src", i32 src slot, i32 index, i32 offset,
//     i32 words, i32 no pointers
//
// This is also the text face that tests read. Equal sites are one node.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_SITE_H
#define MEMSCOPE_PASS_SITE_H

#include "memscope/site.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"
#include <optional>
#include <string>

namespace memscope {

/// Metadata kind on calls, and the named metadata that lists all nodes.
inline constexpr char SiteMDName[] = "memscope.site";
inline constexpr char SiteTableMDName[] = "memscope.sites";
/// Metadata kinds of pointer copies: on stores, atomics, memory intrinsics and
/// library calls that write pointers; and on calls whose result a variable gets.
/// A node without operands says that nothing is to be recorded.
inline constexpr char CopyMDName[] = "memscope.copy";
inline constexpr char BindMDName[] = "memscope.bind";
/// Named metadata: FUNC nodes, each followed by its PARAM nodes.
inline constexpr char FunctionsMDName[] = "memscope.functions";

struct SiteInfo {
  std::string Func, File, Dir, Path, Type, Callee;
  std::string Symbol; ///< symbol of the callee; empty for an indirect call
  std::string Field, Src;
  unsigned Line = 0, Column = 0;
  unsigned Kind = MS_SITE_NONE, Slot = MS_SLOT_NONE, Flags = 0;
  unsigned TypeSize = 0, DeclLine = 0;
  unsigned Discriminator = 0;
  unsigned SrcSlot = MS_SLOT_NONE, Index = 0, Offset = 0;
  unsigned Words = 0, NoPointers = 0; ///< COPY: see struct ms_site
  llvm::DISubprogram *Caller = nullptr;

  /// True if the call stores its frame too: the callee may have no frame pointer.
  bool storesFrame() const { return Flags & MS_SITE_F_FRAME; }
  /// True for what exists since level refs: not a call that may allocate.
  bool isCopy() const { return Kind > MS_SITE_OPAQUE; }
  bool passesResult() const { return Flags & MS_SITE_F_PASSES_RESULT; }
  /// True for a call of a known allocator or deallocator: it also sets .at.
  bool setsAt() const {
    return Kind == MS_SITE_ALLOC || Kind == MS_SITE_REALLOC ||
           Kind == MS_SITE_FREE || Kind == MS_SITE_OUT;
  }

  llvm::MDNode *encode(llvm::LLVMContext &Ctx) const;
  /// std::nullopt if N is not a site node (damaged or of another version).
  static std::optional<SiteInfo> decode(const llvm::MDNode *N);
};

/// Fills Func, File, Dir, Line, Column, Discriminator and Caller from where I
/// is in the source; without debug info Func is the symbol and NO_DEBUG is set.
void locateSite(SiteInfo &Site, const llvm::Instruction &I);

/// The name of F as its author wrote it.
std::string sourceName(const llvm::Function &F);

/// The kind of site as a word, for statistics and remarks.
llvm::StringRef siteKindName(unsigned Kind);

} // namespace memscope

#endif
