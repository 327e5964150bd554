#!/bin/sh
# golden.sh - accepts what the tools print now as the golden outputs of test/trace.
#
# SPDX-License-Identifier: MIT OR Apache-2.0
#
#   utils/golden.sh BUILD_DIR
#
# Assembles test/trace/Inputs/*.txt again and dumps every *.mscope there. Look at the diff
# before you commit it: a changed byte of a trace is a changed format (docs/trace-format.md).
set -eu

if [ $# -ne 1 ] || [ ! -x "$1/bin/memscope" ]; then
  echo "usage: $0 BUILD_DIR (with bin/memscope in it)" >&2
  exit 2
fi
memscope=$1/bin/memscope
cd "$(dirname "$0")/../test/trace/Inputs"
for text in *.txt; do
  "$memscope" assemble "$text" -o "${text%.txt}.mscope"
done
for trace in *.mscope; do
  "$memscope" dump "$trace" > "${trace%.mscope}.dump"
done
git diff --stat -- . 2>/dev/null || true
