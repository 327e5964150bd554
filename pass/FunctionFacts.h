//===- FunctionFacts.h - what the module's own functions do ---------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Finds every call of the module that can lead to an allocation, and by a
// fixpoint over the module which of its functions hand allocations to their
// callers. That decides which calls become sites, and of which kind.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_FUNCTIONFACTS_H
#define MEMSCOPE_PASS_FUNCTIONFACTS_H

#include "pass/AllocFinder.h"
#include "pass/ResultFlow.h"
#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace memscope {

/// Why a call was not made a site; for remarks and statistics.
enum class SkipReason { InlineAsm, NakedFunction, OptedOut };

/// A call that may have to be instrumented.
struct CallFacts {
  llvm::CallBase *Call;
  AllocCall Alloc;
  /// The callee if this module's definition is the one that runs.
  llvm::Function *Target = nullptr;
  bool PassesResult = false; ///< the caller may return the result
};

class FunctionFacts {
public:
  FunctionFacts(llvm::Module &M, ResultFlow &Flow, const Options &Opts);

  /// All candidates, function by function in module order.
  const std::vector<CallFacts> &calls() const { return Calls; }

  /// True if CALL can reach an allocation that takes its name from CALL's site.
  bool isSite(const CallFacts &Call) const;

  /// True if the result of CALL is proven to be (on some path) fresh memory.
  bool returnsFresh(const CallFacts &Call) const;

  /// Calls that were left out though they may allocate.
  const std::vector<std::pair<llvm::CallBase *, SkipReason>> &skipped() const {
    return Skipped;
  }

private:
  void collect(llvm::Function &F, ResultFlow &Flow, const Options &Opts);
  void solve();

  struct Facts {
    bool NamesByCaller = false; ///< an allocation inside is named by the caller
    bool ReturnsFresh = false;
  };
  std::vector<CallFacts> Calls;
  std::vector<std::pair<llvm::CallBase *, SkipReason>> Skipped;
  llvm::DenseMap<const llvm::Function *, Facts> Functions;
};

/// True for functions whose body must stay as it is: naked ones, ifunc
/// resolvers (they run before thread-local storage exists) and those marked
/// disable_sanitizer_instrumentation.
bool isUntouchable(const llvm::Function &F);

} // namespace memscope

#endif
