//===- AccessPath.cpp - IR value or address -> `ctx->entries[].buf` -------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// An address is a base (variable, or a pointer value that has a path itself) and
// a displacement, summed up over a chain of GEPs whatever their form (struct
// indices or bytes); TypeWalk turns it into members of the declared type. The
// type of the first GEP is only a hint, used where the declared type is void,
// char or does not fit: that is how a cast in the source looks in the IR.
// Recursion goes from an address to the value that holds it and so on, and is
// bounded, since loops make it cyclic through phis.
//
//===----------------------------------------------------------------------===//
#include "pass/AccessPath.h"
#include "pass/Site.h"
#include "pass/TypeName.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/GetElementPtrTypeIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace memscope {

static constexpr unsigned MaxDepth = 12;

std::string ValuePath::spelling() const {
  if (!IsAddress)
    return Text;
  auto *CT = dyn_cast_or_null<DICompositeType>(peelType(Type));
  if (CT && CT->getTag() == dwarf::DW_TAG_array_type)
    return Text;
  return "&" + Text;
}

const Value *stripCasts(const Value *V) {
  for (;;) {
    if (auto *Op = dyn_cast<Operator>(V)) {
      unsigned Code = Op->getOpcode();
      if (Code == Instruction::BitCast || Code == Instruction::AddrSpaceCast ||
          Code == Instruction::PtrToInt || Code == Instruction::IntToPtr ||
          Code == Instruction::Freeze) {
        V = Op->getOperand(0);
        continue;
      }
    }
    if (auto *II = dyn_cast<IntrinsicInst>(V)) {
      Intrinsic::ID ID = II->getIntrinsicID();
      if (ID == Intrinsic::threadlocal_address ||
          ID == Intrinsic::launder_invariant_group ||
          ID == Intrinsic::strip_invariant_group || ID == Intrinsic::ptrmask ||
          ID == Intrinsic::ptr_annotation) {
        V = II->getArgOperand(0);
        continue;
      }
    }
    return V;
  }
}

/// Adds the displacement of one GEP to D; false if it cannot be expressed.
static bool addGEP(const GEPOperator &GEP, const DataLayout &DL,
                   Displacement &D) {
  for (auto It = gep_type_begin(GEP), E = gep_type_end(GEP); It != E; ++It) {
    const Value *Index = It.getOperand();
    auto *C = dyn_cast<ConstantInt>(Index);
    if (StructType *ST = It.getStructTypeOrNull()) {
      if (!C)
        return false;
      D.Offset += static_cast<int64_t>(DL.getStructLayout(ST)
          ->getElementOffset(static_cast<unsigned>(C->getZExtValue()))
          .getFixedValue());
      continue;
    }
    TypeSize Stride = It.getSequentialElementStride(DL);
    if (Stride.isScalable())
      return false;
    uint64_t Size = Stride.getFixedValue();
    if (C) {
      if (C->getValue().getSignificantBits() > 48)
        return false;
      D.Offset += C->getSExtValue() * static_cast<int64_t>(Size);
    } else {
      // (char *)p + i * 16: the real stride is in the multiplication.
      if (Size == 1)
        if (auto *Mul = dyn_cast<BinaryOperator>(Index)) {
          auto *By = dyn_cast<ConstantInt>(Mul->getOperand(1));
          if (By && Mul->getOpcode() == Instruction::Mul)
            Size = By->getZExtValue();
          else if (By && Mul->getOpcode() == Instruction::Shl &&
                   By->getZExtValue() < 32)
            Size = 1ull << By->getZExtValue();
        }
      D.Strides.push_back(Size);
    }
  }
  return true;
}

static unsigned slotOf(const std::string &Suffix, unsigned Whole) {
  if (Suffix.empty())
    return Whole;
  return Suffix.back() == ']' ? MS_SLOT_ELEMENT : MS_SLOT_FIELD;
}

Place AccessPath::placeInVariable(const DebugVar &Var, const Displacement &D,
                                  const Want &W) {
  Place P;
  P.Text = Var.Var->getName().str();
  unsigned Whole = MS_SLOT_GLOBAL;
  if (auto *Local = dyn_cast<DILocalVariable>(Var.Var))
    Whole = Local->isParameter() ? MS_SLOT_PARAM : MS_SLOT_LOCAL;
  P.Slot = Whole;
  P.DeclLine = Var.Var->getLine();
  WalkResult R;
  if (walkObject(Var.Var->getType(), D, W, R)) {
    P.Text += R.Suffix;
    P.Type = R.Type;
    P.HasType = true;
    P.setMember(R);
    P.Slot = slotOf(R.Suffix, Whole);
    if (R.DeclLine)
      P.DeclLine = R.DeclLine;
  }
  return P;
}

/// clang says nothing of a variable that is only declared in this module. LLVM's
/// struct has its type's name, and the type is known if something else brought it
/// into the debug info. If not: tell at least one member from another.
Place AccessPath::placeInUndescribed(const GlobalValue &GV,
                                     const Displacement &D, const Want &W) {
  Place P;
  P.Text = demangle(GV.getName().str());
  auto *ST = dyn_cast<StructType>(GV.getValueType());
  const DIType *Ty = Vars.structType(ST);
  WalkResult R;
  if (Ty && walkObject(Ty, D, W, R)) {
    P.Text += R.Suffix;
    P.Type = R.Type;
    P.HasType = true;
    P.setMember(R);
    P.Slot = slotOf(R.Suffix, MS_SLOT_GLOBAL);
    P.DeclLine = R.DeclLine;
  } else if (ST && D.Offset > 0) {
    P.Text += ".(+" + std::to_string(D.Offset) + ")";
    P.Slot = MS_SLOT_FIELD;
  } else {
    P.Slot = D.Offset || !D.Strides.empty() ? MS_SLOT_ELEMENT : MS_SLOT_GLOBAL;
  }
  return P;
}

Place AccessPath::placeBehindPointer(const ValuePath &Base,
                                     const llvm::Type *Hint,
                                     const Displacement &D, const Want &W) {
  Place P;
  WalkResult R;
  if (Base.IsAddress) {
    P.Text = Base.Text;
    P.Slot = Base.Slot;
    P.DeclLine = Base.DeclLine;
    if (Base.HasType && walkObject(Base.Type, D, W, R)) {
      P.Text += R.Suffix;
      P.Slot = slotOf(R.Suffix, Base.Slot);
      P.Type = R.Type;
      P.HasType = true;
      P.setMember(R);
      if (R.DeclLine)
        P.DeclLine = R.DeclLine;
    }
    return P;
  }
  bool IsReference = Base.HasType && isReferenceType(Base.Type);
  const DIType *Pointee = Base.HasType ? pointeeType(Base.Type) : nullptr;
  const DIType *HintTy =
      Vars.structType(dyn_cast_or_null<StructType>(const_cast<llvm::Type *>(Hint)));
  // A declared struct is trusted; void *, char * and integers are not.
  bool IsDeclared = isa_and_nonnull<DICompositeType>(peelType(Pointee)) &&
                    typeSize(Pointee) != 0;
  bool Found = false;
  if (IsDeclared || !HintTy)
    Found = walkPointee(Pointee, D, W, R);
  if (!Found && HintTy)
    Found = walkPointee(HintTy, D, W, R);
  if (!Found && IsDeclared == false && Pointee)
    Found = walkPointee(Pointee, D, W, R);

  bool IsSimple = Base.Text.find_first_of("*& ") == std::string::npos;
  std::string Text = IsSimple ? Base.Text : "(" + Base.Text + ")";
  if (!Found) {
    // The type is incomplete here: tell at least one member from another.
    if (D.Offset != 0 && D.Strides.empty())
      P.Text = Text + (IsReference ? "." : "->") + "(+" +
               std::to_string(D.Offset) + ")";
    else
      P.Text = IsReference ? Base.Text : "*" + Text;
    P.Slot = D.Offset ? MS_SLOT_FIELD : MS_SLOT_DEREF;
    return P;
  }
  StringRef Suffix = R.Suffix;
  if (IsReference && Suffix.consume_front("->"))
    P.Text = Text + (Suffix.starts_with("[") ? "" : ".") + Suffix.str();
  else if (Suffix.starts_with("->["))
    P.Text = "(*" + Base.Text + ")" + Suffix.drop_front(2).str();
  else if (Suffix.empty())
    P.Text = IsReference ? Base.Text : "*" + Text;
  else
    P.Text = Text + Suffix.str();
  P.Slot = slotOf(R.Suffix, MS_SLOT_DEREF);
  P.Type = R.Type;
  P.HasType = true;
  P.setMember(R);
  P.DeclLine = R.DeclLine ? R.DeclLine : Base.DeclLine;
  return P;
}

bool AccessPath::isUnnamedStorage(const Value *Address) {
  auto *AI = dyn_cast<AllocaInst>(stripCasts(Address));
  return AI && !Vars.lookup(AI);
}

Place AccessPath::placeAt(const Value *Address, const Want &W, unsigned Depth) {
  if (Depth > MaxDepth)
    return {};
  const DataLayout &DL = M.getDataLayout();
  Displacement D;
  const llvm::Type *Hint = nullptr;
  const Value *Base = stripCasts(Address);
  while (auto *GEP = dyn_cast<GEPOperator>(Base)) {
    if (!addGEP(*GEP, DL, D))
      return {};
    Hint = GEP->getSourceElementType();
    Base = stripCasts(GEP->getPointerOperand());
  }
  if (DebugVar Var = Vars.lookup(Base)) {
    if (!Var.Indirect)
      return placeInVariable(Var, D, W);
    return {};
  }
  if (auto *GV = dyn_cast<GlobalValue>(Base)) {
    if (GV->hasPrivateLinkage())
      return {}; // string literals and tables of the compiler
    return placeInUndescribed(*GV, D, W);
  }
  if (isa<AllocaInst>(Base) || isa<Constant>(Base))
    return {};
  ValuePath BasePath = pathOf(Base, Depth + 1);
  if (!BasePath)
    return {};
  return placeBehindPointer(BasePath, Hint, D, W);
}

/// What was put into compiler-made storage, if one store says so.
static const Value *storedValue(const Value *Storage) {
  for (const User *U : Storage->users())
    if (auto *SI = dyn_cast<StoreInst>(U))
      if (SI->getPointerOperand() == Storage &&
          !isa<ConstantPointerNull>(SI->getValueOperand()))
        return SI->getValueOperand();
  return nullptr;
}

ValuePath AccessPath::pathOfLoad(const Value *Address, unsigned Depth) {
  if (isUnnamedStorage(Address)) {
    const Value *V = storedValue(stripCasts(Address));
    return V ? pathOf(V, Depth + 1) : ValuePath();
  }
  // A variable that is reached through a hidden reference is the place itself.
  if (DebugVar Var = Vars.lookup(stripCasts(Address)); Var && Var.Indirect) {
    ValuePath P;
    P.Text = Var.Var->getName().str();
    P.Type = Var.Var->getType();
    P.HasType = P.IsAddress = true;
    P.Slot = MS_SLOT_LOCAL;
    P.DeclLine = Var.Var->getLine();
    return P;
  }
  Place At = placeAt(Address, Want::pointer(), Depth + 1);
  return {At.Text, At.Type, At.HasType, false, At.Slot, At.DeclLine};
}

ValuePath AccessPath::pathOfCall(const CallBase &CB, unsigned Depth) {
  if (const Value *Same = CB.getReturnedArgOperand())
    return pathOf(Same, Depth + 1);
  if (CB.isInlineAsm())
    return {};
  ValuePath P;
  P.Text = calleeName(CB, Depth + 1) + "(";
  // Short arguments make the path readable: get(x)->name.
  std::string Args;
  bool AllShort = CB.arg_size() <= 2;
  for (unsigned I = 0; AllShort && I < CB.arg_size(); ++I) {
    std::string Arg;
    if (auto *C = dyn_cast<ConstantInt>(CB.getArgOperand(I)))
      Arg = std::to_string(C->getSExtValue());
    else
      Arg = pathOf(CB.getArgOperand(I), Depth + 2).spelling();
    AllShort = !Arg.empty() && Arg.size() <= 24;
    Args += (I ? ", " : "") + Arg;
  }
  P.Text += (AllShort ? Args : "...") + ")";
  P.HasType = resultTypeOf(CB, P.Type, Depth + 1);
  P.Slot = MS_SLOT_TEMP;
  return P;
}

ValuePath AccessPath::pathOf(const Value *V, unsigned Depth) {
  if (Depth > MaxDepth)
    return {};
  V = stripCasts(V);
  if (auto *LI = dyn_cast<LoadInst>(V))
    return pathOfLoad(LI->getPointerOperand(), Depth);
  if (auto *CB = dyn_cast<CallBase>(V))
    return pathOfCall(*CB, Depth);
  if (isa<GEPOperator>(V) || isa<AllocaInst>(V) || isa<GlobalVariable>(V)) {
    Place At = placeAt(V, Want::object(), Depth + 1);
    return {At.Text, At.Type, At.HasType, true, At.Slot, At.DeclLine};
  }
  if (auto *F = dyn_cast<Function>(V)) {
    ValuePath P;
    P.Text = sourceName(*F);
    return P;
  }
  if (auto *Arg = dyn_cast<Argument>(V)) {
    if (DebugVar Var = Vars.lookup(Arg)) {
      ValuePath P;
      P.Text = Var.Var->getName().str();
      P.Type = Var.Var->getType();
      P.HasType = P.IsAddress = true;
      P.Slot = MS_SLOT_PARAM;
      P.DeclLine = Var.Var->getLine();
      return P;
    }
    return {};
  }
  if (auto *Phi = dyn_cast<PHINode>(V)) {
    for (const Value *In : Phi->incoming_values())
      if (ValuePath P = pathOf(In, Depth + 4))
        return P;
    return {};
  }
  if (auto *Sel = dyn_cast<SelectInst>(V)) {
    if (ValuePath P = pathOf(Sel->getTrueValue(), Depth + 2))
      return P;
    return pathOf(Sel->getFalseValue(), Depth + 2);
  }
  if (auto *EV = dyn_cast<ExtractValueInst>(V))
    return pathOf(EV->getAggregateOperand(), Depth + 1);
  if (auto *BO = dyn_cast<BinaryOperator>(V)) // tagged or aligned pointers
    return pathOf(BO->getOperand(0), Depth + 1);
  return {};
}

std::string AccessPath::calleeName(const CallBase &CB, unsigned Depth) {
  if (const Function *F = CB.getCalledFunction())
    return sourceName(*F);
  if (CB.isInlineAsm())
    return "asm";
  const Value *Callee = stripCasts(CB.getCalledOperand());
  if (auto *A = dyn_cast<GlobalAlias>(Callee))
    return demangle(A->getName().str());
  std::string Text = pathOf(Callee, Depth + 1).Text;
  // A virtual call loads from the table that the first member points at.
  if (size_t At = Text.find("_vptr"); At != std::string::npos) {
    StringRef Object = StringRef(Text).take_front(At);
    Object.consume_front("*");
    Object.consume_front("(");
    return Object.str() + "<virtual>";
  }
  return Text.empty() ? "<indirect>" : Text;
}

bool AccessPath::resultTypeOf(const CallBase &CB, const DIType *&Ty,
                              unsigned Depth) {
  if (const Function *F = CB.getCalledFunction()) {
    const DISubprogram *SP = F->getSubprogram();
    if (!SP || !SP->getType() || SP->getType()->getTypeArray().size() == 0)
      return false;
    Ty = SP->getType()->getTypeArray()[0];
    return true;
  }
  if (CB.isInlineAsm())
    return false;
  ValuePath Callee = pathOf(CB.getCalledOperand(), Depth + 1);
  if (!Callee || !Callee.HasType || !Callee.Type)
    return false;
  Ty = resultType(Callee.Type);
  return Ty != nullptr;
}

const DIType *AccessPath::pointeeOf(const Value *V) {
  V = stripCasts(V);
  if (auto *CB = dyn_cast<CallBase>(V)) {
    const DIType *Ty = nullptr;
    return resultTypeOf(*CB, Ty) && isPointerType(Ty) ? pointeeType(Ty) : nullptr;
  }
  ValuePath P = pathOf(V);
  if (!P.HasType || P.IsAddress)
    return P.HasType ? P.Type : nullptr;
  return isPointerType(P.Type) ? pointeeType(P.Type) : nullptr;
}

} // namespace memscope
