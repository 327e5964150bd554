//===- LibraryWrites.cpp - calls that write pointers through arguments ----===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// A name counts only if the arguments fit: pointers where pointers are written.
//
//===----------------------------------------------------------------------===//
#include "pass/LibraryWrites.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace memscope {

namespace {

struct Writer {
  LibraryWrite::WriteKind Kind;
  int Dst, Src, N, Size; ///< arguments; -1: none
};

const StringMap<Writer> &writers() {
  static const StringMap<Writer> Table = [] {
    StringMap<Writer> T;
#define MS_WRITES_SLOT(Name, Arg)                                              \
  T[Name] = {LibraryWrite::Slot, Arg, -1, -1, -1};
#define MS_WRITES_ARRAY(Name, Base, N, Size)                                   \
  T[Name] = {LibraryWrite::Array, Base, -1, N, Size};
#define MS_COPIES(Name, Dst, Src, N)                                           \
  T[Name] = {LibraryWrite::Copy, Dst, Src, N, -1};
#define MS_FILLS(Name, Dst, N) T[Name] = {LibraryWrite::Fill, Dst, -1, N, -1};
#include "pass/pointer_writers.def"
    return T;
  }();
  return Table;
}

} // namespace

LibraryWrite libraryWrite(CallBase &CB) {
  LibraryWrite W;
  if (auto *MI = dyn_cast<AnyMemIntrinsic>(&CB)) {
    W.Dst = MI->getRawDest();
    W.N = MI->getLength();
    W.Kind = LibraryWrite::Fill;
    if (auto *MT = dyn_cast<AnyMemTransferInst>(MI)) {
      W.Src = MT->getRawSource();
      W.Kind = LibraryWrite::Copy;
    }
    return W;
  }
  const Function *F = CB.getCalledFunction();
  if (!F || !F->isDeclaration() || F->isIntrinsic())
    return W;
  StringRef Name = F->getName();
  Name.consume_front("\1"); // asm labels
  auto It = writers().find(Name);
  if (It == writers().end())
    return W;
  const Writer &Known = It->second;
  bool Fits = true;
  auto Argument = [&](int Index, bool IsPointer) -> Value * {
    if (Index < 0)
      return nullptr;
    if (static_cast<unsigned>(Index) >= CB.arg_size()) {
      Fits = false;
      return nullptr;
    }
    Value *V = CB.getArgOperand(static_cast<unsigned>(Index));
    Fits &= IsPointer ? V->getType()->isPointerTy() : V->getType()->isIntegerTy();
    return V;
  };
  W.Dst = Argument(Known.Dst, true);
  W.Src = Argument(Known.Src, true);
  W.N = Argument(Known.N, false);
  W.Size = Argument(Known.Size, false);
  W.Kind = Fits ? Known.Kind : LibraryWrite::None;
  return W;
}

} // namespace memscope
