# apt.sh - install Debian packages, quickly when there is nothing to do. Sourced, POSIX sh.
#
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Uses the machine's own apt configuration and changes none of it. When everything is
# there, nothing is asked of the network and no privilege is needed.

# ms_missing PACKAGE... - prints those that are not installed.
ms_missing() {
  for ms_package in "$@"; do
    ms_state=$(dpkg-query -W -f '${db:Status-Status}' "$ms_package" 2>/dev/null) || ms_state=
    [ "$ms_state" = installed ] || printf '%s ' "$ms_package"
  done
}

# ms_available PACKAGE... - true if apt's lists offer every one of them.
ms_available() {
  for ms_package in "$@"; do
    apt-cache policy "$ms_package" 2>/dev/null | grep -q '^  Candidate: [0-9]' || return 1
  done
}

# ms_as_root COMMAND... - runs it as root, through sudo if need be.
ms_as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    echo "cannot run '$*': neither root nor sudo" >&2
    return 1
  fi
}

# ms_apt_update - refreshes the package lists, at most once.
ms_apt_updated=
ms_apt_update() {
  [ -z "$ms_apt_updated" ] || return 0
  ms_as_root apt-get update -qq || return 1
  ms_apt_updated=yes
}

# ms_has_lists - true if apt has package lists of any suite.
ms_has_lists() {
  ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1
}

# ms_install PACKAGE... - installs those that are missing; without recommends or questions.
ms_install() {
  ms_wanted=$(ms_missing "$@")
  [ -n "$ms_wanted" ] || return 0
  ms_apt_update || return 1
  # shellcheck disable=SC2086 # a list
  ms_as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
    --no-install-recommends -o Dpkg::Use-Pty=0 $ms_wanted
}

# ms_llvm_packages MAJOR - what building and testing with that LLVM needs.
ms_llvm_packages() {
  echo "clang-$1 llvm-$1-dev llvm-$1-tools lld-$1 libclang-rt-$1-dev"
}

# ms_choose_llvm MAJOR... - prints those that are installed or that apt offers.
ms_choose_llvm() {
  for ms_major in "$@"; do
    # shellcheck disable=SC2046 # a list
    if [ -z "$(ms_missing $(ms_llvm_packages "$ms_major"))" ] ||
       ms_available $(ms_llvm_packages "$ms_major"); then
      printf '%s ' "$ms_major"
    fi
  done
}
