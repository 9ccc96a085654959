#!/usr/bin/env bash
# Debian's cloud kernel, unpacked: nothing is installed. PACKAGE: linux-image-...; OUT: an empty folder.
# Leaves OUT/vmlinuz and OUT/lib/modules.
set -euo pipefail
export LC_ALL=C
: "${PACKAGE:?}" "${OUT:?}"
release=${PACKAGE#linux-image-}
cd "$OUT"
apt-get download -qq "$PACKAGE"
dpkg-deb -x ./*.deb unpacked
rm -f ./*.deb
mv "unpacked/boot/vmlinuz-$release" vmlinuz
mkdir lib
mv unpacked/lib/modules lib/modules
rm -r unpacked
