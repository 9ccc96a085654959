# shellcheck shell=bash
# What makes a memory image readable later: the kernel's version and symbols. Needs put-archive.sh.
# sheet: where the URL for the upload lies. Leaves nothing behind.
# Prints {"size": "...", "sha256": "...", "files": "..."}.

# What belongs to the running kernel and has a fixed place. What is not there is left out.
materials() {
  local kernel path
  kernel=$(uname -r | tr -cd 'A-Za-z0-9._+~-')
  for path in proc/version proc/cmdline proc/kallsyms proc/modules proc/iomem etc/os-release usr/lib/os-release \
    "boot/System.map-$kernel" "boot/config-$kernel" sys/kernel/btf/vmlinux sys/kernel/notes \
    "lib/modules/$kernel/modules.builtin" "lib/modules/$kernel/build/Module.symvers"; do
    if [[ -f $ROOT/$path && ! -L $ROOT/$path ]]; then printf '%s\n' "$path"; fi
  done
}

symbols() {
  local archive="$work/kernel.tar.gz" path count=0
  mkdir "$work/kernel"
  # Copied first: files of /proc have no size, and tar believes that.
  # No process substitution in scripts for suspects: it needs /dev/fd, which need not be there.
  while IFS= read -r path; do
    [[ -n $path ]] || continue
    mkdir -p "$work/kernel/${path%/*}"
    { head -c "$LIMIT" -- "$ROOT/$path" >"$work/kernel/$path"; } 2>/dev/null || continue
    count=$((count + 1))
  done <<<"$(materials)"
  tar --create --gzip --file "$archive" --directory "$work" kernel
  put_archive "$archive"
  printf '{"size":"%s","sha256":"%s","files":"%d"}\n' "$(stat -c %s "$archive")" \
    "$(sha256sum <"$archive" | cut -d ' ' -f 1)" "$count"
}

LIMIT=$((64 * 1024 * 1024))
mkdir -p "$ROOT/run"
work=$(mktemp -d "$ROOT/run/cordon-kernel.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
symbols
