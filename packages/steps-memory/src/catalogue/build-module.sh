#!/usr/bin/env bash
# Builds LiME for one Debian kernel, off every suspect: on a machine of Debian's with apt, make and gcc. Needs no root:
# headers are downloaded and unpacked, nothing is installed.
# KERNEL: as `uname -r` says it; OUT: the file to write; WORK: an empty folder.
# Prints the version of LiME's source.
set -euo pipefail
export LC_ALL=C
: "${KERNEL:?}" "${OUT:?}" "${WORK:?}"
[[ $KERNEL =~ ^[A-Za-z0-9._+~-]{1,128}$ ]] || {
  echo 'that is no name of a kernel' >&2
  exit 64
}

# The packages that a package needs, of those that headers are made of.
needed() {
  apt-cache depends --no-recommends --no-suggests "$1" |
    sed -n 's/^ *Depends: \(linux-headers-[^ ]*\|linux-kbuild-[^ ]*\)$/\1/p'
}

cd "$WORK"
mkdir debs root
mapfile -t packages <<<"$(needed "linux-headers-$KERNEL")"
(cd debs && apt-get download -qq "linux-headers-$KERNEL" "${packages[@]}" lime-forensics-dkms)
for package in debs/*.deb; do dpkg-deb -x "$package" root; done
source_folder=$(find root/usr/src -maxdepth 1 -name 'lime-forensics-*')
headers="$WORK/root/usr/src/linux-headers-$KERNEL"
# They name each other by where they would be installed.
find "$WORK/root/usr/src" -maxdepth 2 -type f \( -name Makefile -o -name .kernelvariables \) \
  -exec sed -i "s#/usr/src/linux-headers-#$WORK/root/usr/src/linux-headers-#g" {} +
make -s -C "$headers" "M=$WORK/$source_folder" modules >make.log 2>&1 || {
  tail -n 20 make.log >&2
  exit 1
}
strip --strip-debug "$source_folder/lime.ko"
[[ $(modinfo -F vermagic "$source_folder/lime.ko") == "$KERNEL "* ]] || {
  echo "the module is not for $KERNEL" >&2
  exit 1
}
cp "$source_folder/lime.ko" "$OUT"
printf '%s\n' "${source_folder##*lime-forensics-}"
