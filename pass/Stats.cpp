//===- Stats.cpp - how much got a name: -memscope-stats -------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The two summary rows are what MemScope's naming is measured by: heap sites,
// and pointer-returning calls whose result is stored (not just returned, passed
// on, compared or dropped).
//
//===----------------------------------------------------------------------===//
#include "pass/Stats.h"

#include "llvm/Support/Format.h"

using namespace llvm;

namespace memscope {

void SiteStats::count(Row &R, const SiteInfo &Site) {
  bool Path = !Site.Path.empty(), Type = !Site.Type.empty();
  ++R.Total;
  R.WithPath += Path;
  R.WithType += Type;
  R.WithBoth += Path && Type;
}

void SiteStats::add(const SiteInfo &Site) {
  count(Kinds[Site.Kind], Site);
  if (Site.Kind == MS_SITE_ALLOC || Site.Kind == MS_SITE_REALLOC ||
      Site.Kind == MS_SITE_OUT || Site.Kind == MS_SITE_CALL)
    count(Heap, Site);
  bool ReturnsPointer = Site.Kind == MS_SITE_ALLOC ||
                        Site.Kind == MS_SITE_REALLOC ||
                        Site.Kind == MS_SITE_CALL;
  // A store that could not be named at all is slot NONE.
  if (ReturnsPointer && Site.Slot != MS_SLOT_RETURN &&
      Site.Slot != MS_SLOT_ARG && Site.Slot != MS_SLOT_DROPPED &&
      Site.Slot != MS_SLOT_TEMP)
    count(Stored, Site);
}

void SiteStats::print(raw_ostream &OS, StringRef Module) const {
  auto PrintRow = [&](StringRef Name, const Row &R) {
    OS << "  " << left_justify(Name, 18) << format("%8u %10u %10u %10u", R.Total,
                                                  R.WithPath, R.WithType,
                                                  R.WithBoth);
    if (R.Total)
      OS << format(" %6.1f %%", 100.0 * R.WithBoth / R.Total);
    OS << '\n';
  };
  OS << "memscope: sites of " << Module << '\n'
     << "  kind                 total  with path  with type       both\n";
  for (unsigned Kind = MS_SITE_ALLOC; Kind < Kinds.size(); ++Kind)
    PrintRow(siteKindName(Kind), Kinds[Kind]);
  PrintRow("heap sites", Heap);
  PrintRow("stored results", Stored);
  OS << "  calls left out    " << format("%8u", NumSkipped) << '\n';
}

} // namespace memscope
