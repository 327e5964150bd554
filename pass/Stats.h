//===- Stats.h - how much got a name: -memscope-stats ---------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Counts sites as they are annotated and prints one table per module.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_STATS_H
#define MEMSCOPE_PASS_STATS_H

#include "pass/Site.h"
#include "llvm/Support/raw_ostream.h"
#include <array>

namespace memscope {

/// How many of a kind, and how many of them have a path, a type, both.
struct SiteRow {
  unsigned Total = 0, WithPath = 0, WithType = 0, WithBoth = 0;
  void count(const SiteInfo &Site);
  void print(llvm::raw_ostream &OS, llvm::StringRef Name) const;
};

/// What became of the pointer copies at the end of the pipeline.
class CopyStats {
public:
  void addStore(const SiteInfo &Site) { Stores.count(Site); }
  void addWrite(const SiteInfo &Site) { Writes.count(Site); }
  void addBlind() { ++NumBlind; }
  void print(llvm::raw_ostream &OS, llvm::StringRef Module) const;

private:
  SiteRow Stores, Writes;
  unsigned NumBlind = 0;
};

class SiteStats {
public:
  void add(const SiteInfo &Site);
  void addSkipped() { ++NumSkipped; }
  void addBlind() { ++NumBlind; }
  /// WITHCOPIES: also the rows that exist since level refs.
  void print(llvm::raw_ostream &OS, llvm::StringRef Module, bool WithCopies) const;

private:
  std::array<SiteRow, MS_SITE_SCOPE + 1> Kinds;
  SiteRow Heap;   ///< alloc, realloc, out, and calls that may return fresh memory
  SiteRow Stored; ///< pointer-returning calls whose result is stored somewhere
  unsigned NumSkipped = 0, NumBlind = 0;
};

} // namespace memscope

#endif
