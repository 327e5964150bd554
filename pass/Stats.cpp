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

void SiteRow::count(const SiteInfo &Site) {
  bool Path = !Site.Path.empty(), Type = !Site.Type.empty();
  ++Total;
  WithPath += Path;
  WithType += Type;
  WithBoth += Path && Type;
}

void SiteRow::print(raw_ostream &OS, StringRef Name) const {
  OS << "  " << left_justify(Name, 18)
     << format("%8u %10u %10u %10u", Total, WithPath, WithType, WithBoth);
  if (Total)
    OS << format(" %6.1f %%", 100.0 * WithBoth / Total);
  OS << '\n';
}

static constexpr char Heading[] =
    "  kind                 total  with path  with type       both\n";

void CopyStats::print(raw_ostream &OS, StringRef Module) const {
  OS << "memscope: copies instrumented in " << Module << '\n' << Heading;
  Stores.print(OS, "stores");
  Writes.print(OS, "memory copies");
  OS << "  copies left out   " << format("%8u", NumBlind) << '\n';
}

void SiteStats::add(const SiteInfo &Site) {
  Kinds[Site.Kind].count(Site);
  if (Site.Kind == MS_SITE_ALLOC || Site.Kind == MS_SITE_REALLOC ||
      Site.Kind == MS_SITE_OUT || Site.Kind == MS_SITE_CALL)
    Heap.count(Site);
  bool ReturnsPointer = Site.Kind == MS_SITE_ALLOC ||
                        Site.Kind == MS_SITE_REALLOC ||
                        Site.Kind == MS_SITE_CALL;
  // A store that could not be named at all is slot NONE.
  if (ReturnsPointer && Site.Slot != MS_SLOT_RETURN &&
      Site.Slot != MS_SLOT_ARG && Site.Slot != MS_SLOT_DROPPED &&
      Site.Slot != MS_SLOT_TEMP)
    Stored.count(Site);
}

void SiteStats::print(raw_ostream &OS, StringRef Module, bool WithCopies) const {
  OS << "memscope: sites of " << Module << '\n' << Heading;
  for (unsigned Kind = MS_SITE_ALLOC; Kind <= MS_SITE_OPAQUE; ++Kind)
    Kinds[Kind].print(OS, siteKindName(Kind));
  Heap.print(OS, "heap sites");
  Stored.print(OS, "stored results");
  OS << "  calls left out    " << format("%8u", NumSkipped) << '\n';
  if (!WithCopies)
    return;
  for (unsigned Kind = MS_SITE_STORE; Kind < Kinds.size(); ++Kind)
    if (Kinds[Kind].Total || Kind == MS_SITE_STORE)
      Kinds[Kind].print(OS, siteKindName(Kind));
  OS << "  copies left out   " << format("%8u", NumBlind) << '\n';
}

} // namespace memscope
