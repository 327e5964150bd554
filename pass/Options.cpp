//===- Options.cpp - the plug-in's options, parsed ------------------------===//
//
// SPDX-License-Identifier: MIT OR Apache-2.0
//
// options.def is turned into cl::opt variables, then checked once. An option is
// parsed by clang before any LLVMContext exists, so checks happen at first use.
//
//===----------------------------------------------------------------------===//
#include "pass/Options.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"

using namespace llvm;

#define MS_OPT_STRING(Var, Name, Default, Help)                                \
  static cl::opt<std::string> Var(Name, cl::init(Default), cl::desc(Help));
#define MS_OPT_LIST(Var, Name, ValueDesc, Help)                                \
  static cl::list<std::string> Var(Name, cl::value_desc(ValueDesc),            \
                                   cl::desc(Help));
#define MS_OPT_FLAG(Var, Name, Help)                                           \
  static cl::opt<bool> Var(Name, cl::init(false), cl::desc(Help));
#include "pass/options.def"

namespace memscope {

static Level parseLevel(LLVMContext &Ctx) {
  StringRef Text = LevelOpt;
  if (Text == "refs")
    return Level::Refs;
  if (Text == "full")
    return Level::Full;
  if (Text == "check")
    return Level::Check;
  if (Text != "alloc")
    Ctx.emitError("memscope: -memscope-level: got '" + Text +
                  "', expected one of: alloc, refs, full, check");
  return Level::Alloc;
}

/// Reads one NAME:SIZEARG[,FREENAME] into OPTS.
static bool parseAllocator(StringRef Text, Options &Opts) {
  auto [Alloc, Free] = Text.split(',');
  auto [Name, SizeArg] = Alloc.split(':');
  auto IsName = [](StringRef S) {
    return !S.empty() && all_of(S, [](char C) {
      return isAlnum(C) || C == '_' || C == '$' || C == '.';
    });
  };
  unsigned Index = 0;
  if (!IsName(Name) || SizeArg.getAsInteger(10, Index) || Index > 255)
    return false;
  if (Text.contains(',') && !IsName(Free))
    return false;
  Opts.Allocators[Name] = Index;
  if (!Free.empty())
    Opts.Deallocators[Free] = true;
  return true;
}

const Options &Options::get(LLVMContext &Ctx) {
  static Options Opts = [&Ctx] {
    Options O;
    O.Remarks = RemarksOpt;
    O.Stats = StatsOpt;
    O.L = parseLevel(Ctx);
    for (const std::string &Text : AllocOpt)
      if (!parseAllocator(Text, O))
        Ctx.emitError("memscope: -memscope-alloc: got '" + Text +
                      "', expected NAME:SIZEARG[,FREENAME], for example "
                      "my_alloc:0,my_free");
    return O;
  }();
  return Opts;
}

} // namespace memscope
