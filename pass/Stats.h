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

class SiteStats {
public:
  void add(const SiteInfo &Site);
  void addSkipped() { ++NumSkipped; }
  void print(llvm::raw_ostream &OS, llvm::StringRef Module) const;

private:
  struct Row {
    unsigned Total = 0, WithPath = 0, WithType = 0, WithBoth = 0;
  };
  static void count(Row &R, const SiteInfo &Site);

  std::array<Row, MS_SITE_OPAQUE + 1> Kinds;
  Row Heap;   ///< alloc, realloc, out, and calls that may return fresh memory
  Row Stored; ///< pointer-returning calls whose result is stored somewhere
  unsigned NumSkipped = 0;
};

} // namespace memscope

#endif
