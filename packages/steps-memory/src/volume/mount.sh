# shellcheck shell=bash
# Makes a file system on the fresh volume and mounts it where the dump will lie. Needs device-of.sh.
# directory; volume: id of the volume.
# Prints {"free": bytes}.

mount_volume() {
  local volume device folder made=''
  volume=$(param volume)
  [[ $volume =~ ^vol-[0-9a-f]{8,17}$ ]] || fail BAD_PARAMETER volume
  folder="$ROOT$(param directory)/cordon-$CORDON_KEY"
  device=$(device_of "$volume") || fail NO_SUCH_DEVICE "no device with the serial number of $volume"
  # Whatever this device is, it is not the fresh one: nothing of the suspect's may be overwritten.
  [[ -z $(blkid -p -o value -s TYPE "$device" 2>/dev/null || true) ]] || fail VOLUME_NOT_BLANK "$device holds something"
  if command -v mkfs.ext4 >/dev/null; then
    made=ext4
    mkfs.ext4 -q -m 0 -T largefile -E lazy_itable_init=1,lazy_journal_init=1,nodiscard "$device" >/dev/null ||
      fail MKFS_FAILED 'mkfs.ext4 failed'
  elif command -v mkfs.xfs >/dev/null; then
    made=xfs
    mkfs.xfs -q -K "$device" >/dev/null || fail MKFS_FAILED 'mkfs.xfs failed'
  else
    fail MISSING_TOOL 'mkfs.ext4 or mkfs.xfs'
  fi
  mkdir -p "$folder"
  mount -t "$made" -o nodev,nosuid,noatime "$device" "$folder" || fail MOUNT_FAILED 'the volume cannot be mounted'
  printf '{"free":"%d"}\n' "$(($(df -B1 --output=avail "$folder" | tail -n 1)))"
}
once mount_volume
