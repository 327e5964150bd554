//===- SiteTable.h - site records in the object file ----------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Collects the sites that a module uses and emits them as one array of
// struct ms_site in section memscope_sites, with the constructor that announces
// the section of the executable or shared object to the runtime.
//
//===----------------------------------------------------------------------===//
#ifndef MEMSCOPE_PASS_SITETABLE_H
#define MEMSCOPE_PASS_SITETABLE_H

#include "pass/Options.h"
#include "pass/Site.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/IRBuilder.h"
#include <vector>

namespace memscope {

class SiteTable {
public:
  SiteTable(llvm::Module &M, Level L);

  /// The address of SITE's record. SITE must live until finish().
  llvm::Constant *addressOf(const SiteInfo &Site);

  /// Adds SITE behind the one before even if there is an equal one: a FUNC record
  /// must be followed by its PARAM records.
  void append(const SiteInfo &Site);

  /// Emits the array, constructor and destructor; nothing if there is no site.
  void finish();

private:
  llvm::Constant *emitRecord(const SiteInfo &Site, llvm::GlobalVariable *Array,
                             uint64_t Index);
  llvm::Constant *stringOffset(const std::string &Text,
                               llvm::GlobalVariable *Array, uint64_t At);
  llvm::GlobalVariable *stringConstant(const std::string &Text);

  llvm::Module &M;
  const Level ModuleLevel;
  llvm::StructType *RecordTy;
  /// Stands for the array until its length is known.
  llvm::GlobalVariable *Placeholder = nullptr;
  std::vector<const SiteInfo *> Records;
  llvm::DenseMap<const llvm::MDNode *, uint64_t> IndexOf;
  llvm::StringMap<llvm::GlobalVariable *> Strings;
};

/// Emits (once per linked object and level) the constructor that registers the
/// section.
void emitModuleConstructor(llvm::Module &M, Level L);

/// The hook NAME, declared with the type that hooks.def gives it.
llvm::FunctionCallee hook(llvm::Module &M, llvm::StringRef Name);

/// A call of the hook NAME, in the hook's calling convention.
llvm::CallInst *callHook(llvm::IRBuilder<> &B, llvm::StringRef Name,
                         llvm::ArrayRef<llvm::Value *> Args);

} // namespace memscope

#endif
