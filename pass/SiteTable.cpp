//===- SiteTable.cpp - site records in the object file --------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
//   @memscope.sites = private constant [N x %struct.ms_site] [...],
//                     section "memscope_sites", align 8
//
// The linker concatenates the arrays of all modules; 64 bytes a record and
// alignment 8 leave no gaps. Strings are ordinary private constants, merged by
// the linker, and referred to by their distance, so the section needs no dynamic
// relocation even in a shared object (LLVM marks it writable in PIC all the same;
// nothing writes to it). Instrumented code refers to the array, which keeps it
// through --gc-sections under every linker.
//
//===----------------------------------------------------------------------===//
#include "pass/SiteTable.h"

#include "llvm/IR/Constants.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace memscope {

SiteTable::SiteTable(Module &Mod, Level L) : M(Mod), ModuleLevel(L) {
  LLVMContext &Ctx = M.getContext();
  Type *I8 = Type::getInt8Ty(Ctx), *I16 = Type::getInt16Ty(Ctx),
       *I32 = Type::getInt32Ty(Ctx);
  // struct ms_site, field by field.
  RecordTy = StructType::get(Ctx, {I32, I32, I32, I32, I32, I32, I32, I32, I32,
                                   I16, I8, I8, I32, I32, I32, I8, I8, I16, I32,
                                   I32});
  assert(M.getDataLayout().getTypeAllocSize(RecordTy) == sizeof(ms_site) &&
         "the record type must mirror struct ms_site");
}

Constant *SiteTable::addressOf(const SiteInfo &Site) {
  LLVMContext &Ctx = M.getContext();
  Type *I8 = Type::getInt8Ty(Ctx);
  if (!Placeholder)
    Placeholder = new GlobalVariable(M, I8, true, GlobalValue::PrivateLinkage,
                                     ConstantInt::get(I8, 0), "memscope.sites");
  auto [It, IsNew] = IndexOf.try_emplace(Site.encode(Ctx), Records.size());
  if (IsNew)
    Records.push_back(&Site);
  return ConstantExpr::getGetElementPtr(
      I8, Placeholder,
      ConstantInt::get(Type::getInt64Ty(Ctx), It->second * sizeof(ms_site)));
}

void SiteTable::append(const SiteInfo &Site) {
  IndexOf.try_emplace(Site.encode(M.getContext()), Records.size());
  Records.push_back(&Site);
}

GlobalVariable *SiteTable::stringConstant(const std::string &Text) {
  GlobalVariable *&GV = Strings[Text];
  if (!GV) {
    Constant *Init = ConstantDataArray::getString(M.getContext(), Text);
    GV = new GlobalVariable(M, Init->getType(), true,
                            GlobalValue::PrivateLinkage, Init, "memscope.str");
    GV->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    GV->setAlignment(Align(1));
    GlobalValue::SanitizerMetadata NoSanitize;
    NoSanitize.NoAddress = NoSanitize.NoHWAddress = true;
    GV->setSanitizerMetadata(NoSanitize);
  }
  return GV;
}

/// Distance from byte AT of ARRAY, where the field lies, to TEXT; 0 for "".
Constant *SiteTable::stringOffset(const std::string &Text, GlobalVariable *Array,
                                  uint64_t At) {
  LLVMContext &Ctx = M.getContext();
  Type *I8 = Type::getInt8Ty(Ctx), *I32 = Type::getInt32Ty(Ctx),
       *I64 = Type::getInt64Ty(Ctx);
  if (Text.empty())
    return ConstantInt::get(I32, 0);
  Constant *Field = ConstantExpr::getGetElementPtr(I8, Array,
                                                   ConstantInt::get(I64, At));
  return ConstantExpr::getTrunc(
      ConstantExpr::getSub(ConstantExpr::getPtrToInt(stringConstant(Text), I64),
                           ConstantExpr::getPtrToInt(Field, I64)),
      I32);
}

Constant *SiteTable::emitRecord(const SiteInfo &Site, GlobalVariable *Array,
                                uint64_t Index) {
  LLVMContext &Ctx = M.getContext();
  uint64_t Base = Index * sizeof(ms_site);
  auto String = [&](const std::string &Text, uint64_t FieldOffset) {
    return stringOffset(Text, Array, Base + FieldOffset);
  };
  auto Int = [&Ctx](unsigned Bits, uint64_t V) -> Constant * {
    return ConstantInt::get(Type::getIntNTy(Ctx, Bits), V);
  };
  // A relative path needs the directory; an absolute one does not.
  bool IsAbsolute = !Site.File.empty() && Site.File[0] == '/';
  return ConstantStruct::get(
      RecordTy,
      {String(Site.Func, offsetof(ms_site, func)),
       String(Site.File, offsetof(ms_site, file)),
       String(IsAbsolute ? std::string() : Site.Dir, offsetof(ms_site, dir)),
       String(Site.Path, offsetof(ms_site, path)),
       String(Site.Type, offsetof(ms_site, type)),
       String(Site.Callee, offsetof(ms_site, callee)),
       String(Site.Field, offsetof(ms_site, field)),
       String(Site.Src, offsetof(ms_site, src)), Int(32, Site.Line),
       Int(16, Site.Column), Int(8, Site.Kind), Int(8, Site.Slot),
       Int(32, Site.Flags), Int(32, Site.TypeSize), Int(32, Site.DeclLine),
       Int(8, Site.SrcSlot), Int(8, std::min(Site.Index, 255u)), Int(16, Site.Words),
       Int(32, Site.Offset), Int(32, Site.NoPointers)});
}

void SiteTable::finish() {
  if (Records.empty())
    return;
  bool IsUnreferenced = !Placeholder;
  if (IsUnreferenced) // functions without any site: only their records
    Placeholder = new GlobalVariable(
        M, Type::getInt8Ty(M.getContext()), true, GlobalValue::PrivateLinkage,
        ConstantInt::get(Type::getInt8Ty(M.getContext()), 0), "memscope.sites");
  auto *ArrayTy = ArrayType::get(RecordTy, Records.size());
  auto *Array = new GlobalVariable(M, ArrayTy, true, GlobalValue::PrivateLinkage,
                                   nullptr, "");
  Array->setSection(MS_SITE_SECTION);
  Array->setAlignment(Align(8));
  GlobalValue::SanitizerMetadata NoSanitize;
  NoSanitize.NoAddress = NoSanitize.NoHWAddress = true;
  Array->setSanitizerMetadata(NoSanitize);
  std::vector<Constant *> Init;
  for (uint64_t I = 0; I < Records.size(); ++I)
    Init.push_back(emitRecord(*Records[I], Array, I));
  Array->setInitializer(ConstantArray::get(ArrayTy, Init));
  Array->takeName(Placeholder);
  Placeholder->replaceAllUsesWith(Array);
  Placeholder->eraseFromParent();
  Placeholder = nullptr;
  if (IsUnreferenced)
    appendToCompilerUsed(M, {Array});
  emitModuleConstructor(M, ModuleLevel);
}

} // namespace memscope
