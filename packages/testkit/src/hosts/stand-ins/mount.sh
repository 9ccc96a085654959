# shellcheck shell=bash
# mount: shows what a simulated volume holds at a mount point. A read-only mount is a copy without the owner's right to
# write; a mount that may write moves the volume's files there, and umount moves them back.
if (($# == 0)); then
  awk '{ printf "%s on %s type %s (%s)\n", $1, $2, $3, $4 }' "$ROOT/proc/mounts"
  exit 0
fi
wanted='' options='' places=()
while (($# > 0)); do
  case $1 in
    -t | --types) shift && wanted=$1 ;;
    -o | --options) shift && options+=${options:+,}$1 ;;
    -o*) options+=${options:+,}${1#-o} ;;
    -r | --read-only) options+=${options:+,}ro ;;
    --) ;;
    -*) not_simulated "$1" ;;
    *) places+=("$1") ;;
  esac
  shift
done
((${#places[@]} == 2)) || not_simulated "${#places[@]} operands"
source=$(inside "${places[0]}")
target=$(inside "${places[1]}")

fail() {
  printf 'mount: %s: %s\n' "$target" "$1" >&2
  printf '       dmesg(1) may have more information after failed mount system call.\n' >&2
  exit 32
}

# What only the journal held is in the file system proper from now on, and the superblock says so: a write.
replay_journal() {
  printf '%s\n' "$DEVICE_NAME" >>"$MACHINE/written"
  if [[ $DEVICE_TYPE == lvm ]]; then printf '%s\n' "$DEVICE_PARENT" >>"$MACHINE/written"; fi
  if [[ -n $DEVICE_JOURNAL ]]; then cp -a "$DEVICE_JOURNAL/." "$DEVICE_CONTENT/"; fi
  if [[ -e $ROOT/dev/$DEVICE_NAME && $DEVICE_FS == ext4 ]]; then
    printf '\x02' | dd of="$ROOT/dev/$DEVICE_NAME" bs=1 seek=1120 conv=notrunc status=none
  fi
  awk -F '|' -v OFS='|' -v name="$DEVICE_NAME" '$1 == name { $9 = "clean" } { print }' "$MACHINE/devices" >"$MACHINE/devices.new"
  mv "$MACHINE/devices.new" "$MACHINE/devices"
}

[[ -d $ROOT$target ]] || fail 'mount point does not exist.'
find_device "$source" || fail "special device $source does not exist."
if grep -q "^[^ ]* $target " "$ROOT/proc/mounts"; then fail "/dev/$DEVICE_NAME already mounted on $target."; fi
if grep -q "^[^|]*|$DEVICE_NAME|" "$MACHINE/mapper"; then fail "/dev/$DEVICE_NAME already mounted or mount point busy."; fi
confused="wrong fs type, bad option, bad superblock on /dev/$DEVICE_NAME, missing codepage or helper program, or other error."
[[ -n $DEVICE_FS && (-z $wanted || $wanted == "$DEVICE_FS" || $wanted == auto) ]] || fail "$confused"

shown=() writable=1 replay=1 same_uuid=0
IFS=, read -r -a given <<<"$options"
for option in "${given[@]}"; do
  case $DEVICE_FS:$option in
    *:ro) writable=0 ;;
    *:rw) writable=1 ;;
    *:nodev | *:nosuid | *:noexec | *:nosymfollow | *:noatime | *:relatime) shown+=("$option") ;;
    *:loop | *:defaults) ;;
    ext[34]:noload | ext[34]:norecovery | xfs:norecovery) replay=0 && shown+=(norecovery) ;;
    xfs:nouuid) same_uuid=1 && shown+=(nouuid) ;;
    btrfs:rescue=nologreplay | btrfs:rescue=all) replay=0 && shown+=("$option") ;;
    ext[34]:errors=* | ext[34]:data=* | *:umask=* | *:fmask=*) shown+=("$option") ;;
    *) dmesg_line "$DEVICE_FS: Unknown parameter '${option%%=*}'" && fail "$confused" ;;
  esac
done
locked=0
if [[ -e $MACHINE/readonly/$DEVICE_NAME || ($DEVICE_TYPE == part && -e $MACHINE/readonly/$DEVICE_PARENT) ]]; then locked=1; fi
if ((writable && locked)); then fail "cannot mount /dev/$DEVICE_NAME read-only."; fi
if [[ $DEVICE_DIRTY == dirty ]] && ((replay)); then
  # A crash-consistent volume: mounting it replays the journal, also with ro, and that writes to the device.
  if ((locked)); then
    dmesg_line "$DEVICE_FS ($DEVICE_NAME): write access unavailable, cannot proceed (try mounting with noload)"
    fail "cannot mount /dev/$DEVICE_NAME read-only."
  fi
  dmesg_line "$DEVICE_FS ($DEVICE_NAME): recovery complete"
  replay_journal
fi
if [[ $DEVICE_FS == xfs ]] && ((!same_uuid)) && grep -q " xfs .*uuid=$DEVICE_UUID" "$MACHINE/mounted" 2>/dev/null; then
  dmesg_line "XFS ($DEVICE_NAME): Filesystem has duplicate UUID $DEVICE_UUID - can't mount"
  fail "$confused"
fi

if ((writable)); then
  find "$DEVICE_CONTENT" -mindepth 1 -maxdepth 1 -exec mv -t "$ROOT$target" {} +
else
  cp -a --reflink=auto "$DEVICE_CONTENT/." "$ROOT$target/"
  chmod -R u-w "$ROOT$target"
fi
mode=ro
if ((writable)); then mode=rw; fi
text=$(IFS=,; printf '%s' "$mode${shown:+,${shown[*]}}")
printf '/dev/%s %s %s %s 0 0\n' "$DEVICE_NAME" "$target" "$DEVICE_FS" "$text" >>"$ROOT/proc/mounts"
printf '%s %s uuid=%s\n' "$target" "$DEVICE_FS" "$DEVICE_UUID" >>"$MACHINE/mounted"
printf '%s|%s|0\n' "$target" "$DEVICE_SIZE" >>"$MACHINE/filesystems"
