#!/bin/sh
# check_symbols.sh - the runtime may refer to nothing but what is on a list: NM LIST LIBRARY...
#
# SPDX-License-Identifier: MIT OR Apache-2.0
nm=$1 list=$2
shift 2
status=0
for library; do
  defined=$("$nm" --defined-only "$library" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u)
  for symbol in $("$nm" -u "$library" 2>/dev/null | awk 'NF == 2 { print $2 }' | sort -u); do
    case $symbol in __real_* | ___interceptor_*) continue ;; esac
    printf '%s\n' "$defined" | grep -qx -- "$symbol" && continue
    grep -qx -- "$symbol" "$list" && continue
    echo "$library: refers to $symbol, which is not in $list"
    status=1
  done
  # Level check's stands in front of AddressSanitizer's weak definitions.
  case $library in *_check.a) continue ;; esac
  for symbol in $("$nm" -g --defined-only "$library" 2>/dev/null | awk '$2 ~ /[TDBRV]/ { print $3 }'); do
    case $symbol in msrt_* | __memscope_* | __wrap_*) continue ;; esac
    echo "$library: defines $symbol, which has no prefix and is not weak"
    status=1
  done
done
exit $status
