//===- FunctionRecords.cpp - FUNC and PARAM sites -------------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Parameters of the source and arguments of the IR differ (structs in registers,
// hidden result pointers); they meet in the variable that an argument is stored
// to at the entry.
//
//===----------------------------------------------------------------------===//
#include "pass/FunctionRecords.h"
#include "pass/TypeName.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace memscope {

/// Is the object that pointer type TY points at declared const?
static bool pointsAtConst(const DIType *Ty) {
  for (const DIType *T = pointeeType(Ty); T;) {
    auto *DT = dyn_cast<DIDerivedType>(T);
    if (!DT)
      return false;
    if (DT->getTag() == dwarf::DW_TAG_const_type)
      return true;
    if (DT->getTag() != dwarf::DW_TAG_typedef &&
        DT->getTag() != dwarf::DW_TAG_volatile_type)
      return false;
    T = DT->getBaseType();
  }
  return false;
}

namespace {
struct Parameter {
  StringRef Name;
  const DIType *Type = nullptr;
  const Argument *Arg = nullptr;
  unsigned Line = 0;
};
} // namespace

static void setType(SiteInfo &Site, const DIType *Ty, bool IsC) {
  Site.Type = typeName(Ty, IsC);
  Site.TypeSize =
      static_cast<unsigned>(std::min<uint64_t>(typeSize(Ty), UINT32_MAX));
}

std::vector<SiteInfo> FunctionRecords::describe(Function &F) {
  DISubprogram *SP = F.getSubprogram();
  SiteInfo Func;
  Func.Kind = MS_SITE_FUNC;
  Func.Func = sourceName(F);
  Func.Symbol = F.getName().str();
  if (F.hasLocalLinkage())
    Func.Flags |= MS_SITE_F_STATIC;
  if (F.isVarArg())
    Func.Flags |= MS_SITE_F_VARIADIC;
  std::vector<Parameter> Params;
  bool IsC = true;
  if (SP && SP->getType()) {
    IsC = isCUnit(SP->getUnit());
    Func.Caller = SP;
    Func.Line = Func.DeclLine = SP->getLine();
    Func.File = SP->getFilename().str();
    Func.Dir = SP->getDirectory().str();
    DITypeRefArray Types = SP->getType()->getTypeArray();
    for (unsigned I = 1; I < Types.size(); ++I)
      if (Types[I]) // null: ...
        Params.push_back({"", Types[I], nullptr, 0});
    auto Name = [&](const DILocalVariable *Var, const Argument *Arg) {
      if (!Var || !Var->isParameter() || Var->getArg() > Params.size())
        return;
      Parameter &P = Params[Var->getArg() - 1];
      P.Name = Var->getName();
      P.Line = Var->getLine();
      if (Arg && !P.Arg)
        P.Arg = Arg;
    };
    for (const BasicBlock &BB : F)
      for (const Instruction &I : BB)
        for (const DbgRecord &R : I.getDbgRecordRange())
          if (auto *VR = dyn_cast<DbgVariableRecord>(&R))
            if (VR->getVariable()->getScope() == SP)
              Name(VR->getVariable(), nullptr);
    for (const Argument &A : F.args()) {
      Name(dyn_cast_or_null<DILocalVariable>(Vars.lookup(&A).Var), &A);
      for (const User *U : A.users())
        if (auto *SI = dyn_cast<StoreInst>(U); SI && SI->getValueOperand() == &A)
          Name(dyn_cast_or_null<DILocalVariable>(
                   Vars.lookup(SI->getPointerOperand()).Var), &A);
    }
    const DIType *Result = Types.size() ? Types[0] : nullptr;
    setType(Func, Result, IsC);
    std::string List;
    for (const Parameter &P : Params)
      List += (List.empty() ? "" : ", ") + declaration(P.Type, P.Name, IsC);
    if (F.isVarArg())
      List += List.empty() ? "..." : ", ...";
    Func.Src = declaration(Result, Func.Func + "(" + (List.empty() ? "void" : List) + ")",
                           IsC);
  } else {
    Func.Flags |= MS_SITE_F_NO_DEBUG;
    Func.File = F.getParent()->getSourceFileName();
    for (const Argument &A : F.args())
      Params.push_back({"", nullptr, &A, 0});
  }
  Func.Index = static_cast<unsigned>(Params.size());
  std::vector<SiteInfo> Records{Func};
  for (unsigned I = 0; I < Params.size(); ++I) {
    const Parameter &P = Params[I];
    SiteInfo Site;
    Site.Kind = MS_SITE_PARAM;
    Site.Func = Func.Func;
    Site.File = Func.File;
    Site.Dir = Func.Dir;
    Site.Caller = Func.Caller;
    Site.Line = Func.Line;
    Site.Flags = Func.Flags & MS_SITE_F_NO_DEBUG;
    Site.Index = I;
    Site.Path = P.Name.str();
    Site.DeclLine = P.Line;
    bool IsPointer = P.Type ? isPointerType(P.Type)
                            : P.Arg && P.Arg->getType()->isPointerTy();
    if (P.Type)
      setType(Site, IsPointer ? pointeeType(P.Type) : P.Type, IsC);
    if (IsPointer) {
      Site.Slot = MS_SLOT_PARAM;
      if (P.Arg) {
        Site.Flags |= Facts.flags(*P.Arg);
        Fates.describe(Site, *P.Arg);
      }
      if (P.Type && pointsAtConst(P.Type))
        Site.Flags |= MS_SITE_F_P_CONST;
    }
    Records.push_back(std::move(Site));
  }
  return Records;
}

} // namespace memscope
