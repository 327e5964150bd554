//===- AllocFinder.cpp - which calls allocate, free, or do neither --------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Order matters: the user knows best, then the attributes (they also cover
// allocators of other languages, such as __rust_alloc), then names. Names are
// asked even under -fno-builtin, where TargetLibraryInfo knows none: a program
// that may not have its malloc folded still has one. A name counts only if the
// prototype fits and this module does not define the function.
//
//===----------------------------------------------------------------------===//
#include "pass/AllocFinder.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace memscope {

static const StringMap<AllocCall> &allocatorTable() {
  static const StringMap<AllocCall> Table = [] {
    constexpr AllocRole ALLOC = AllocRole::Alloc, REALLOC = AllocRole::Realloc,
                        FREE = AllocRole::Free, OUT = AllocRole::Out;
    StringMap<AllocCall> T;
#define MS_ALLOCATOR(Name, Role, Arg) T[Name] = {Role, Arg};
#include "pass/allocators.def"
    return T;
  }();
  return Table;
}

static const StringSet<> &inertTable() {
  static const StringSet<> Table = [] {
    StringSet<> T;
#define MS_INERT(Name) T.insert(Name);
#include "pass/inert.def"
    return T;
  }();
  return Table;
}

/// operator new and delete by the Itanium grammar: _Zn[wa] SIZE ... and
/// _Zd[la] Pv ...; not the placement forms, which only return their argument.
static AllocRole operatorRole(StringRef Name) {
  bool IsNew = Name.consume_front("_Znw") || Name.consume_front("_Zna");
  if (IsNew) {
    if (Name.empty() || !StringRef("mjyw").contains(Name[0]))
      return AllocRole::None;
    Name = Name.drop_front();
    bool IsKnown = Name.empty() || Name == "RKSt9nothrow_t" ||
                   Name == "St11align_val_t" ||
                   Name == "St11align_val_tRKSt9nothrow_t" ||
                   Name == "12__hot_cold_t" ||
                   Name.starts_with("RKSt9nothrow_t12__hot_cold_t") ||
                   Name.starts_with("St11align_val_t12__hot_cold_t");
    return IsKnown ? AllocRole::Alloc : AllocRole::None;
  }
  if (Name.consume_front("_ZdlPv") || Name.consume_front("_ZdaPv"))
    return Name == "S_" ? AllocRole::None : AllocRole::Free;
  return AllocRole::None;
}

/// Whether CB's shape allows what AC says about it.
static bool fitsPrototype(const CallBase &CB, const AllocCall &AC) {
  if (AC.Role == AllocRole::Alloc)
    return CB.getType()->isPointerTy();
  if (AC.Arg >= CB.arg_size() || !CB.getArgOperand(AC.Arg)->getType()->isPointerTy())
    return false;
  return AC.Role != AllocRole::Realloc || CB.getType()->isPointerTy();
}

/// The role that `allockind` states, or None.
static AllocCall roleByAttribute(const CallBase &CB) {
  Attribute Attr = CB.getFnAttr(Attribute::AllocKind);
  if (Attr.isValid()) {
    AllocFnKind Kind = Attr.getAllocKind();
    // Which argument is freed or reallocated is marked by `allocptr`.
    unsigned Arg = 0;
    for (unsigned I = 0; I < CB.arg_size(); ++I)
      if (CB.paramHasAttr(I, Attribute::AllocatedPointer))
        Arg = I;
    if ((Kind & AllocFnKind::Realloc) != AllocFnKind::Unknown)
      return {AllocRole::Realloc, Arg};
    if ((Kind & AllocFnKind::Free) != AllocFnKind::Unknown)
      return {AllocRole::Free, Arg};
    if ((Kind & AllocFnKind::Alloc) != AllocFnKind::Unknown)
      return {AllocRole::Alloc, 0};
  }
  return {};
}

AllocCall classifyAllocCall(const CallBase &CB, const Options &Opts) {
  const Function *F = CB.getCalledFunction();
  if (!F || F->isIntrinsic())
    return {};
  StringRef Name = F->getName();
  Name.consume_front("\1"); // asm labels
  AllocCall AC;
  if (Opts.Allocators.count(Name))
    AC = {AllocRole::Alloc, 0};
  else if (Opts.Deallocators.count(Name))
    AC = {AllocRole::Free, 0};
  if (AC.Role != AllocRole::None)
    return fitsPrototype(CB, AC) ? AC : AllocCall();

  if (!F->isDeclaration() && !F->hasAvailableExternallyLinkage())
    return {};
  // The table before `allockind`, since it knows which functions may do both.
  if (auto It = allocatorTable().find(Name); It != allocatorTable().end())
    AC = It->second;
  else if (AllocRole Role = operatorRole(Name); Role != AllocRole::None)
    AC = {Role, 0};
  else
    AC = roleByAttribute(CB);
  // __attribute__((malloc, alloc_size(n))) on somebody's own allocator.
  if (AC.Role == AllocRole::None && CB.hasRetAttr(Attribute::NoAlias) &&
      CB.getFnAttr(Attribute::AllocSize).isValid())
    AC = {AllocRole::Alloc, 0};
  if (AC.Role == AllocRole::None || !fitsPrototype(CB, AC))
    return {};
  return AC;
}

bool isInertCall(const CallBase &CB) {
  if (isa<IntrinsicInst>(CB) || CB.isInlineAsm())
    return true;
  if (const Function *F = CB.getCalledFunction())
    if (F->getName().starts_with("__memscope_") ||
        F->getName().starts_with("memscope.")) // our own
      return true;
  // Whatever allocates touches the allocator's own memory.
  if (CB.doesNotAccessMemory() || CB.onlyAccessesArgMemory() ||
      CB.onlyReadsMemory())
    return true;
  const Function *F = CB.getCalledFunction();
  return F && F->isDeclaration() && inertTable().contains(F->getName());
}

/// The allocators that reach the runtime without code in between.
static bool isInterposed(StringRef Name) {
  return StringSwitch<bool>(Name)
#define MS_INTERPOSED(Symbol) .Case(Symbol, true)
#include "memscope/interposed.def"
      .Default(false);
}

bool mayLackFrames(const CallBase &CB) {
  const auto *F =
      dyn_cast<Function>(CB.getCalledOperand()->stripPointerCasts());
  if (!F || !F->isDeclaration() || isInterposed(F->getName()))
    return false;
  const DISubprogram *SP = F->getSubprogram();
  if (!SP || !SP->getFile())
    return true;
  StringRef File = SP->getFilename();
  return File.starts_with("/usr/") || SP->getDirectory().starts_with("/usr/");
}

} // namespace memscope
