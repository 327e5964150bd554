//===- SiteResolver.h - after inlining: who names this call's block? ------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// At the end of the pipeline wrappers have been inlined: only the malloc inside
// xmalloc is left in list_push, with the metadata of xmalloc's site. The
// debug location still says through which calls it came; the table of all sites
// says what those were.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_SITERESOLVER_H
#define MEMSCOPE_PASS_SITERESOLVER_H

#include "pass/AllocFinder.h"
#include "pass/Site.h"
#include "llvm/ADT/DenseMap.h"
#include <map>
#include <memory>
#include <tuple>

namespace memscope {

/// What to store before one call.
struct ResolvedCall {
  const SiteInfo *Own = nullptr;  ///< the site of the call itself
  const SiteInfo *Name = nullptr; ///< the outermost site that names the result
  bool Inherit = false; ///< the caller's site, if there is one, goes before Name
};

class SiteResolver {
public:
  SiteResolver(llvm::Module &M, const Options &Opts);

  /// The sites for CB; Own is null if CB needs no instrumentation.
  ResolvedCall resolve(const llvm::CallBase &CB);

  /// The site that node N describes, or null; lives as long as the resolver.
  const SiteInfo *siteOf(const llvm::MDNode *N);

  /// The copy at the place in the source where I is, if there is one that it MAYBE (of kind
  /// KIND rather than another). A macro has all of its copies at one place.
  const SiteInfo *copyAt(const llvm::Instruction &I, unsigned Kind,
                         llvm::function_ref<bool(const SiteInfo &)> MayBe);

  /// Does function SP store or copy pointers to memory, other than its variables?
  bool putsPointers(const llvm::DISubprogram *SP) const;

  /// For a store that the optimiser made of several, to OFFSETS from its address: the site of each,
  /// where SITE is that of one of them. All are SITE if the members cannot be told.
  llvm::SmallVector<const SiteInfo *, 4> partsOf(const SiteInfo &Site,
                                                 llvm::ArrayRef<uint64_t> Offsets);

  /// Takes SITE over for as long as the resolver lives.
  const SiteInfo *keep(std::unique_ptr<SiteInfo> Site);

  /// Calls whose outer site could not be told from another at the same place.
  unsigned numAmbiguous() const { return NumAmbiguous; }

private:
  using Location = std::tuple<const llvm::DISubprogram *, unsigned, unsigned>;

  const SiteInfo *ownSite(const llvm::CallBase &CB);
  const SiteInfo *lostSite(const llvm::CallBase &CB);
  const SiteInfo *siteAt(const llvm::DILocation *CallLoc,
                         const llvm::DISubprogram *Callee);
  const SiteInfo *memberStore(const SiteInfo &Site, uint64_t Offset);

  const Options &Opts;
  llvm::DenseMap<const llvm::MDNode *, std::unique_ptr<SiteInfo>> Sites;
  std::map<Location, llvm::SmallVector<const SiteInfo *, 1>> AtLocation,
      CopiesAt;
  llvm::SmallVector<std::unique_ptr<SiteInfo>, 4> MadeUp;
  unsigned NumAmbiguous = 0;
};

} // namespace memscope

#endif
