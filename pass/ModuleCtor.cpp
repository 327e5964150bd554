//===- ModuleCtor.cpp - announces a linked object's site table ------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
//   define linkonce_odr hidden void @__memscope_module_ctor_v3() comdat {
//     %0 = load volatile i8, ptr @__memscope_abi_v4
//     call void @__memscope_module_register(ptr @__memscope_module_ctor_v3,
//              ptr @__start_memscope_sites, ptr @__stop_memscope_sites, i64 0)
//   }
//
// and a destructor. Every module emits the same pair; the linker keeps one per
// executable or shared object, because they are hidden and in a comdat. The
// level is in the name ("_refs", "_full", "_check"), so that modules of several levels each
// announce what they record; they all announce the same table. The ABI
// version is in the name, so that objects of two versions do not share one and
// each asks for its own ABI symbol: a missing one is a link error. The load is
// what keeps that reference alive.
//
//===----------------------------------------------------------------------===//
#include "memscope/abi.h"
#include "pass/SiteTable.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

#define MS_TEXT2(X) #X
#define MS_TEXT(X) MS_TEXT2(X)
#define MS_VERSIONED(Name) Name "_v" MS_TEXT(MS_ABI_VERSION)

namespace memscope {

/// Before the constructors of the program, which have 101 and up.
static constexpr int Priority = 1;

static FunctionType *hookType(LLVMContext &Ctx, StringRef Signature) {
  auto TypeOf = [&Ctx](char Letter) -> Type * {
    switch (Letter) {
    case 'p':
      return PointerType::get(Ctx, 0);
    case 'w':
      return Type::getInt64Ty(Ctx);
    case 'i':
      return Type::getInt32Ty(Ctx);
    default:
      return Type::getVoidTy(Ctx);
    }
  };
  SmallVector<Type *, 4> Params;
  for (char Letter : Signature.drop_front())
    Params.push_back(TypeOf(Letter));
  return FunctionType::get(TypeOf(Signature[0]), Params, false);
}

static FunctionCallee declareHook(Module &M, StringRef Name, StringRef Signature,
                                  bool IsCold) {
  FunctionCallee Hook =
      M.getOrInsertFunction(Name, hookType(M.getContext(), Signature));
  // The dynamic linker, on a first call, would not keep all that the hook keeps.
  if (auto *F = dyn_cast<Function>(Hook.getCallee()); F && IsCold) {
    F->setCallingConv(CallingConv::PreserveMost);
    F->addFnAttr(Attribute::NonLazyBind);
  }
  return Hook;
}

FunctionCallee hook(Module &M, StringRef Name) {
#define MS_HOOK(HookName, Signature, Ret, Params)                              \
  if (Name == #HookName)                                                       \
    return declareHook(M, Name, Signature, false);
#define MS_COLD_HOOK(HookName, Signature, Ret, Params)                         \
  if (Name == #HookName)                                                       \
    return declareHook(M, Name, Signature, true);
#include "memscope/hooks.def"
  return {};
}

CallInst *callHook(IRBuilder<> &B, StringRef Name, ArrayRef<Value *> Args) {
  FunctionCallee Hook = hook(*B.GetInsertBlock()->getModule(), Name);
  CallInst *Call = B.CreateCall(Hook, Args);
  Call->addFnAttr(Attribute::NoUnwind);
  if (auto *F = dyn_cast<Function>(Hook.getCallee()))
    Call->setCallingConv(F->getCallingConv());
  return Call;
}

/// __start_ or __stop_ of the section. Weak: under --gc-sections an object may
/// be left without any record.
static GlobalVariable *sectionBound(Module &M, StringRef Name) {
  if (GlobalVariable *GV = M.getGlobalVariable(Name, true))
    return GV;
  auto *GV = new GlobalVariable(
      M, ArrayType::get(Type::getInt8Ty(M.getContext()), 0), true,
      GlobalValue::ExternalWeakLinkage, nullptr, Name);
  GV->setVisibility(GlobalValue::HiddenVisibility);
  return GV;
}

/// An empty comdat function `void NAME()`, or null if the module has it.
static Function *comdatFunction(Module &M, StringRef Name) {
  if (M.getFunction(Name))
    return nullptr;
  LLVMContext &Ctx = M.getContext();
  auto *FTy = FunctionType::get(Type::getVoidTy(Ctx), false);
  Function *F = Function::createWithDefaultAttr(
      FTy, GlobalValue::LinkOnceODRLinkage, 0, Name, &M);
  F->setVisibility(GlobalValue::HiddenVisibility);
  F->setComdat(M.getOrInsertComdat(Name));
  F->addFnAttr(Attribute::NoUnwind);
  F->addFnAttr(Attribute::DisableSanitizerInstrumentation);
  BasicBlock::Create(Ctx, "", F);
  return F;
}

void emitModuleConstructor(Module &M, Level L) {
  LLVMContext &Ctx = M.getContext();
  StringRef Suffix = L == Level::Check  ? "_check"
                     : L == Level::Full ? "_full"
                     : L == Level::Refs ? "_refs"
                                        : "";
  uint64_t Features = 0;
  if (L >= Level::Refs)
    Features |= MS_MODULE_REFS;
  if (L >= Level::Full)
    Features |= MS_MODULE_FULL;
  if (L >= Level::Check)
    Features |= MS_MODULE_CHECK;
  Function *Ctor = comdatFunction(
      M, (MS_VERSIONED("__memscope_module_ctor") + Suffix).str());
  if (!Ctor)
    return;
  IRBuilder<> B(&Ctor->getEntryBlock());
  Type *I8 = Type::getInt8Ty(Ctx);
  Constant *Abi = M.getOrInsertGlobal(MS_ABI_SYMBOL_NAME, I8);
  B.CreateLoad(I8, Abi, /*isVolatile=*/true);
  B.CreateCall(hook(M, "__memscope_module_register"),
               {Ctor, sectionBound(M, "__start_" MS_SITE_SECTION),
                sectionBound(M, "__stop_" MS_SITE_SECTION), B.getInt64(Features)});
  B.CreateRetVoid();
  appendToGlobalCtors(M, Ctor, Priority, Ctor);

  Function *Dtor = comdatFunction(
      M, (MS_VERSIONED("__memscope_module_dtor") + Suffix).str());
  if (!Dtor)
    return;
  B.SetInsertPoint(&Dtor->getEntryBlock());
  B.CreateCall(hook(M, "__memscope_module_unregister"), {Ctor});
  B.CreateRetVoid();
  appendToGlobalDtors(M, Dtor, Priority, Dtor);
}

} // namespace memscope
