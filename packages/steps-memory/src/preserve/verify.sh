# shellcheck shell=bash
# Looks on the forensic host at the dump that the suspect has written: mounts the volume read-only and walks the headers.
# Needs device-of.sh and walk.sh.
# directory: where it is mounted below; volume: id of the volume.
# Prints {"size": ..., "ranges": "start-end,..."}.

# Mounting ro replays the journal all the same, and that is a write.
options_of() {
  case $1 in
    ext4) printf 'ro,nodev,nosuid,noexec,noload' ;;
    xfs) printf 'ro,nodev,nosuid,noexec,norecovery,nouuid' ;;
    *) fail VOLUME_UNREADABLE 'it does not hold the file system that was made on it' ;;
  esac
}

mount_dump() {
  local device type options
  device=$(device_of "$1") || fail NO_SUCH_DEVICE "no device with the serial number of $1"
  blockdev --setro "$device"
  udevadm settle --timeout=30 || true
  type=$(blkid -p -o value -s TYPE "$device" 2>/dev/null) || type=''
  options=$(options_of "$type")
  mkdir -p "$2"
  # Kernels before 5.10 do not know nosymfollow.
  mount -t "$type" -o "$options,nosymfollow" "$device" "$2" 2>/dev/null ||
    mount -t "$type" -o "$options" "$device" "$2" || fail MOUNT_FAILED 'the volume cannot be mounted'
}

verify() {
  local volume folder image ranges
  volume=$(param volume)
  [[ $volume =~ ^vol-[0-9a-f]{8,17}$ ]] || fail BAD_PARAMETER volume
  folder="$ROOT$(param directory)/cordon-$CORDON_KEY"
  mount_dump "$volume" "$folder"
  image="$folder/mem.lime"
  [[ -f $image && ! -L $image ]] || fail DUMP_GONE 'the volume does not hold the dump'
  ranges=$(walk "$image")
  printf '{"size":"%d","ranges":"%s"}\n' "$(stat -c %s "$image")" "$ranges"
}
once verify
