#!/bin/sh
# heaptrack.sh - record a program as `heaptrack PROGRAM` does, without a word on stdout.
#
# SPDX-License-Identifier: MIT OR Apache-2.0
#
#   heaptrack.sh LIBDIR OUTPUT COMMAND [ARGUMENT...]
#
# LIBDIR has libheaptrack_preload.so and libexec/heaptrack_interpret. The pipeline is the
# one of heaptrack's own script, whose messages would mix with the program's output.
libdir=$1 output=$2
shift 2
pipe=$output.fifo
mkfifo "$pipe" || exit 4
if command -v zstd >/dev/null; then
  "$libdir/libexec/heaptrack_interpret" <"$pipe" | zstd -qc >"$output.zst" &
else
  "$libdir/libexec/heaptrack_interpret" <"$pipe" | gzip -c >"$output.gz" &
fi
LD_PRELOAD=$libdir/libheaptrack_preload.so DUMP_HEAPTRACK_OUTPUT=$pipe "$@"
status=$?
wait
rm -f "$pipe"
exit $status
