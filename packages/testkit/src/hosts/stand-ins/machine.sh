# shellcheck shell=bash
# What the stand-ins of a simulated machine share. CORDON_SIM is the machine's own folder, CORDON_ROOT its root file
# system; both come from the simulation. Put before every stand-in when a host is made.
set -euo pipefail
export LC_ALL=C
MACHINE=$CORDON_SIM
ROOT=$CORDON_ROOT

# spend SECONDS: virtual time passes. One short line a call: appends of that size do not mix.
spend() {
  printf '%s\n' "$1" >>"$CORDON_SIM_SPENT"
}

# Seconds since 1970, in virtual time.
now() {
  awk -v start="$(setting now)" '{ spent += $1 } END { printf "%.3f\n", start + spent }' "$CORDON_SIM_SPENT"
}

setting() {
  cat "$MACHINE/settings/$1"
}

# The name that a path has on the machine itself, without the private root.
inside() {
  local path=$1
  if [[ $path == "$ROOT" || $path == "$ROOT"/* ]]; then path=${path#"$ROOT"}; fi
  path=${path%/}
  printf '%s' "${path:-/}"
}

# run_real NAME ARGUMENTS: the tool of that name behind the stand-ins.
run_real() {
  local name=$1
  shift
  PATH=$CORDON_SIM_PATH exec "$name" "$@"
}

dmesg_line() {
  printf '[%12.6f] %s\n' "$(awk '{ print $1 }' "$ROOT/proc/uptime")" "$1" >>"$MACHINE/dmesg"
}

# Loud: a test must not pass on what the simulation only pretends.
not_simulated() {
  printf '%s: not simulated by @cordon/testkit: %s\n' "${0##*/}" "$1" >&2
  exit 127
}

# Sets DEVICE_NAME, DEVICE_PARENT, ... to the fields of a device, by its name or path.
find_device() {
  local wanted
  wanted=$(inside "$1")
  if [[ -L $ROOT$wanted ]]; then wanted=/dev/$(basename "$(readlink "$ROOT$wanted")"); fi
  # shellcheck disable=SC2034
  while IFS='|' read -r DEVICE_NAME DEVICE_PARENT DEVICE_TYPE DEVICE_SIZE DEVICE_SERIAL DEVICE_FS DEVICE_UUID DEVICE_CONTENT DEVICE_DIRTY DEVICE_JOURNAL; do
    if [[ /dev/$DEVICE_NAME == "$wanted" ]]; then return 0; fi
  done <"$MACHINE/devices"
  return 1
}

# superblock TYPE DIRTY: the first bytes of a device, as those of a disk's partitions are.
superblock() {
  local flags='\x02'
  if [[ $2 == dirty ]]; then flags='\x06'; fi
  head -c 1080 /dev/zero
  if [[ $1 == ext4 ]]; then printf '\x53\xef'; else printf '\0\0'; fi
  head -c 38 /dev/zero
  if [[ $1 == ext4 ]]; then printf '%b\0\0\0' "$flags"; else printf '\0\0\0\0'; fi
  head -c 924 /dev/zero
}

# The device whose file system holds a path: target, source, fstype and options in REPLY, by the longest mount point.
mount_of() {
  local path best='' target
  path=$(inside "$1")
  while read -r source target fstype options _; do
    if [[ $target == / || $path == "$target" || $path == "$target"/* ]] && ((${#target} >= ${#best})); then
      best=$target
      REPLY="$target $source $fstype $options"
    fi
  done <"$ROOT/proc/mounts"
}

# Bytes that are still free in the file system that holds a path.
free_bytes() {
  local target fstype size other used
  mount_of "$1"
  read -r target _ fstype _ <<<"$REPLY"
  while IFS='|' read -r where size other; do
    if [[ $where == "$target" ]]; then
      used=$(du -s -b -x "$ROOT$target" | cut -f1)
      local left=$((size - other - used))
      REPLY=$((left > 0 ? left : 0))
      return 0
    fi
  done <"$MACHINE/filesystems"
  REPLY=0
  [[ $fstype == tmpfs ]] || return 0
  # Without a size of its own it may grow to half of the memory.
  size=$(awk '$1 == "MemTotal:" { printf "%d", $2 * 512 }' "$ROOT/proc/meminfo")
  used=$(du -s -b -x "$ROOT$target" | cut -f1)
  REPLY=$((size > used ? size - used : 0))
}
