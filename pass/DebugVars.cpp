//===- DebugVars.cpp - which variable lives where -------------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// One function is scanned at a time, since callers go function by function. At
// -O0 clang describes a variable by #dbg_declare, from -O1 on by #dbg_assign
// (assignment tracking runs before the plug-in); both are read.
//
//===----------------------------------------------------------------------===//
#include "pass/DebugVars.h"
#include "pass/TypeName.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace memscope {

static void addVariable(DenseMap<const Value *, DebugVar> &Map,
                        const Value *Storage, const DILocalVariable *Var,
                        const DIExpression *Expr) {
  if (!Storage || !Var || Var->getName().empty())
    return;
  bool Indirect = false;
  if (Expr && Expr->getNumElements() != 0) {
    // Anything but "the variable's address is stored here" is a part of a
    // variable or a capture inside a block; naming those would need the offset.
    if (Expr->getNumElements() != 1 ||
        Expr->getElement(0) != dwarf::DW_OP_deref)
      return;
    Indirect = true;
  }
  Map.try_emplace(Storage, DebugVar{Var, Indirect});
}

void DebugVars::scanFunction(const Function &F) {
  Locals.clear();
  Scanned = &F;
  for (const BasicBlock &BB : F)
    for (const Instruction &I : BB)
      for (const DbgRecord &R : I.getDbgRecordRange()) {
        auto *VR = dyn_cast<DbgVariableRecord>(&R);
        if (!VR)
          continue;
        auto *Rec = const_cast<DbgVariableRecord *>(VR);
        if (Rec->isDbgDeclare())
          addVariable(Locals, Rec->getVariableLocationOp(0), Rec->getVariable(),
                      Rec->getExpression());
        else if (Rec->isDbgAssign() && !Rec->isKillAddress() &&
                 Rec->getAddressExpression()->getNumElements() == 0)
          addVariable(Locals, Rec->getAddress(), Rec->getVariable(), nullptr);
      }
}

DebugVar DebugVars::lookup(const Value *V) {
  if (auto *GV = dyn_cast<GlobalVariable>(V)) {
    SmallVector<DIGlobalVariableExpression *, 1> Exprs;
    GV->getDebugInfo(Exprs);
    for (const DIGlobalVariableExpression *E : Exprs)
      if (E->getVariable() && !E->getVariable()->getName().empty())
        return {E->getVariable(), false};
    return {};
  }
  const Function *F = nullptr;
  if (auto *AI = dyn_cast<AllocaInst>(V))
    F = AI->getFunction();
  else if (auto *Arg = dyn_cast<Argument>(V))
    F = Arg->getParent();
  if (!F)
    return {};
  if (F != Scanned)
    scanFunction(*F);
  return Locals.lookup(V);
}

const DIType *DebugVars::structType(const StructType *Ty) {
  if (!Ty || !Ty->hasName())
    return nullptr;
  if (!StructsBuilt) {
    StructsBuilt = true;
    DebugInfoFinder Finder;
    Finder.processModule(M);
    for (const DIType *T : Finder.types()) {
      auto *CT = dyn_cast<DICompositeType>(T);
      if (!CT || CT->getName().empty() || CT->isForwardDecl())
        continue;
      Structs.try_emplace(typeName(CT, /*IsC=*/false), CT);
    }
    // struct types behind typedefs of unnamed structs: clang names the LLVM type
    // after the typedef.
    for (const DIType *T : Finder.types()) {
      auto *DT = dyn_cast<DIDerivedType>(T);
      if (DT && DT->getTag() == dwarf::DW_TAG_typedef &&
          isa_and_nonnull<DICompositeType>(DT->getBaseType()) &&
          DT->getBaseType()->getName().empty())
        Structs.try_emplace(DT->getName(), DT);
    }
  }
  StringRef Name = Ty->getName().split('.').second;
  if (auto It = Structs.find(Name); It != Structs.end())
    return It->second;
  // "struct.item.12": renamed when modules were linked; ".base": without tail
  // padding.
  Name = Name.rsplit('.').first;
  auto It = Structs.find(Name);
  return It == Structs.end() ? nullptr : It->second;
}

} // namespace memscope
