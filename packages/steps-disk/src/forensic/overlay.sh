# shellcheck shell=bash
# Devices that may be written to while no byte reaches the evidence: snapshots of device-mapper over it, whose stores are
# sparse files on the instance's own disk. Put before mount-evidence.sh.

# Whether this kernel has device-mapper.
has_overlays() { dmsetup version >/dev/null 2>&1; }

# overlay_of NAME DEVICE: sets REPLY to the device of the overlay, made once.
overlay_of() {
  local name=cordon-$1 device=$2 store="$ROOT/var/tmp/cordon-overlays/$1" sectors loop
  REPLY=/dev/mapper/$name
  if dmsetup info "$name" >/dev/null 2>&1; then return 0; fi
  sectors=$(blockdev --getsz "$device") || return 1
  mkdir -p "${store%/*}"
  truncate -s "$((sectors * 512))" "$store" || return 1
  loop=$(losetup --find --show "$store") || return 1
  if dmsetup create "$name" --table "0 $sectors snapshot $device $loop N 8" >/dev/null 2>&1; then
    make_nodes
    return 0
  fi
  losetup --detach "$loop"
  return 1
}

# Devices have their names when udev is through; where there is no udev, dmsetup makes them.
make_nodes() {
  udevadm settle --timeout=30 || true
  dmsetup mknodes >/dev/null 2>&1 || true
}

# drop_overlay NAME: what lies below is free again; until then nothing else could mount it.
drop_overlay() {
  local store="$ROOT/var/tmp/cordon-overlays/$1" loop
  dmsetup remove "cordon-$1" >/dev/null 2>&1 || return 0
  loop=$(losetup --noheadings --output NAME --associated "$store") || loop=''
  if [[ -n $loop ]]; then losetup --detach "$loop"; fi
  rm -f "$store"
}

# needs_replay TYPE DEVICE: whether the journal holds what the file system proper does not. XFS does not tell.
needs_replay() {
  local features
  case $1 in
    xfs) return 0 ;;
    ext3 | ext4)
      # The incompatible features in the superblock; 4: the journal is to be replayed.
      features=$(od -An -tu4 --endian=little -j 1120 -N 4 "$ROOT$2" 2>/dev/null) || return 1
      [[ $features =~ ^\ *([0-9]+)$ ]] && ((BASH_REMATCH[1] & 4))
      ;;
    *) return 1 ;;
  esac
}
