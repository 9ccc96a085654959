#!/usr/bin/env bash
# Takes a kernel with its symbols out of its distribution's debug package: on a machine of Debian's or Ubuntu's whose apt
# knows that package. Needs no root, installs nothing; the package's modules, most of it, are not unpacked.
# KERNEL: as `uname -r` says it; OUT: the file to write; WORK: an empty folder.
# Prints the package's version.
set -euo pipefail
export LC_ALL=C
: "${KERNEL:?}" "${OUT:?}" "${WORK:?}"
[[ $KERNEL =~ ^[A-Za-z0-9._+~-]{1,128}$ ]] || {
  echo 'that is no name of a kernel' >&2
  exit 64
}

cd "$WORK"
for package in "linux-image-$KERNEL-dbg" "linux-image-unsigned-$KERNEL-dbgsym" "linux-image-$KERNEL-dbgsym"; do
  if [[ -n $(apt-cache show --no-all-versions "$package" 2>/dev/null || true) ]]; then break; fi
  package=''
done
[[ -n $package ]] || {
  echo "apt knows no debug package of $KERNEL" >&2
  exit 69
}
apt-get download -qq "$package"
archive=("$package"_*.deb)
# The modules come behind it. tar goes when it has the kernel, which dpkg-deb takes for an error; a kernel that was cut off
# is seen by whoever reads it.
dpkg-deb --fsys-tarfile "${archive[0]}" 2>/dev/null | tar --extract --to-stdout --occurrence=1 "./usr/lib/debug/boot/vmlinux-$KERNEL" >"$OUT" || true
[[ -s $OUT ]] || {
  echo "$package has no vmlinux-$KERNEL" >&2
  exit 69
}
dpkg-deb --field "${archive[0]}" Version
