# shellcheck shell=bash
# What makes a memory image readable later: the kernel's version, symbols and package. Needs put-archive.sh.
# sheet: where the URL for the upload lies. Leaves nothing behind.
# Prints {"size": "...", "sha256": "...", "files": "...", "package": "NAME VERSION ARCHITECTURE", "packages": "..."}.

KERNEL=$(uname -r | tr -cd 'A-Za-z0-9._+~-')

# What belongs to the running kernel and has a fixed place. What is not there is left out.
materials() {
  local path
  for path in proc/version proc/cmdline proc/kallsyms proc/modules proc/iomem etc/os-release usr/lib/os-release \
    "boot/System.map-$KERNEL" "boot/config-$KERNEL" "boot/vmlinuz-$KERNEL" sys/kernel/btf/vmlinux sys/kernel/notes \
    "lib/modules/$KERNEL/modules.builtin" "lib/modules/$KERNEL/build/Module.symvers" \
    "lib/modules/$KERNEL/System.map" "lib/modules/$KERNEL/config" "lib/modules/$KERNEL/vmlinuz"; do
    if [[ -f $ROOT/$path && ! -L $ROOT/$path ]]; then printf '%s\n' "$path"; fi
  done
}

# What dpkg says of the package that the kernel came in; rpm's kernels are called after its version. Empty: nobody knows.
package() {
  local status="$ROOT/var/lib/dpkg/status"
  if [[ -f $status && ! -L $status ]]; then
    head -c "$LIMIT" -- "$status" | awk -v name="linux-image-$KERNEL" -v unsigned="linux-image-unsigned-$KERNEL" '
      BEGIN { RS = ""; ORS = "\n\n" }
      { first = $0; sub(/\n.*/, "", first) }
      first == "Package: " name || first == "Package: " unsigned'
  elif [[ -d $ROOT/var/lib/rpm || -d $ROOT/usr/lib/sysimage/rpm ]]; then
    printf 'Package: kernel\nVersion: %s\nArchitecture: %s\n' "${KERNEL%.*}" "${KERNEL##*.}"
  fi
}

# Its files, where the package manager has kept them, and as many as there is room for: /run is memory.
packages() {
  local free path size
  free=$(df -B1 --output=avail "$ROOT/run" | tail -n 1)
  { find "$ROOT"/var/cache/{apt/archives,dnf,yum,libdnf5} -xdev -maxdepth 5 -type f \
    \( -name "linux-image-${KERNEL}_*.deb" -o -name "linux-image-unsigned-${KERNEL}_*.deb" -o \
    -name "linux-modules-${KERNEL}_*.deb" -o -name "kernel-$KERNEL.rpm" -o -name "kernel-core-$KERNEL.rpm" \) \
    2>/dev/null || true; } | head -n 8 | while IFS= read -r path; do
    size=$(stat -c %s -- "$path") || continue
    # Once as it is, once in the archive, and some air.
    if ((size <= LIMIT && size * 3 <= free)); then
      free=$((free - size * 2))
      printf '%s\n' "${path#"$ROOT"/}"
    fi
  done
}

# A field of what `package` has found: anything may stand there.
field() {
  sed -n "s/^$1: //p" "$work/kernel/package" | head -n 1 | tr -cd 'A-Za-z0-9.+:~_-' | cut -c 1-80
}

symbols() {
  local archive="$work/kernel.tar.gz" path count=0 packages
  mkdir "$work/kernel"
  package >"$work/kernel/package"
  packages=$(packages)
  # Copied first: files of /proc have no size, and tar believes that.
  # No process substitution in scripts for suspects: it needs /dev/fd, which need not be there.
  while IFS= read -r path; do
    [[ -n $path ]] || continue
    mkdir -p "$work/kernel/${path%/*}"
    { head -c "$LIMIT" -- "$ROOT/$path" >"$work/kernel/$path"; } 2>/dev/null || continue
    count=$((count + 1))
  done <<<"$(materials)"$'\n'"$packages"
  tar --create --gzip --file "$archive" --directory "$work" kernel
  put_archive "$archive"
  printf '{"size":"%s","sha256":"%s","files":"%d","package":"%s %s %s","packages":"%d"}\n' "$(stat -c %s "$archive")" \
    "$(sha256sum <"$archive" | cut -d ' ' -f 1)" "$count" "$(field Package)" "$(field Version)" "$(field Architecture)" \
    "$(grep -c . <<<"$packages" || true)"
}

LIMIT=$((64 * 1024 * 1024))
mkdir -p "$ROOT/run"
work=$(mktemp -d "$ROOT/run/cordon-kernel.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
symbols
