# shellcheck shell=bash
# Mounts every file system of the evidence volumes read-only, and says by name what could not be mounted.
# volumes: ids, separated by spaces. Prints {"mounts": "vol|partition|type|path;...", "failed": "vol|partition|reason;..."}.

mounts='' failed=''

# Names come from the kernel, types from the disk: what would break the answer is dropped.
plain() { tr -cd 'A-Za-z0-9_.:, /-' <<<"$1" | cut -c1-160; }

device_of() {
  local serial=${1/-/} path found
  for _ in {1..30}; do
    while read -r path found; do
      if [[ $found == "$serial" ]]; then
        printf '%s' "$path"
        return 0
      fi
    done <<<"$(lsblk -dno PATH,SERIAL)"
    sleep 1
  done
  return 1
}

# $2: what this mount must have on top; kernels before 5.10 do not know nosymfollow.
options_of() {
  local safe=ro,nodev,nosuid,noexec$2
  case $1 in
    # Mounting ro replays the journal all the same, and that is a write.
    ext2) printf '%s' "$safe" ;;
    ext3 | ext4) printf '%s,noload' "$safe" ;;
    xfs) printf '%s,norecovery,nouuid' "$safe" ;;
    btrfs) printf '%s,rescue=nologreplay' "$safe" ;;
    vfat | exfat | iso9660 | squashfs) printf '%s' "$safe" ;;
    *) return 1 ;;
  esac
}

reason_of() {
  case $1 in
    '') printf 'no file system that is known here' ;;
    swap) printf 'swap' ;;
    crypto_LUKS) printf 'encrypted with LUKS' ;;
    LVM2_member) printf 'a physical volume of LVM' ;;
    linux_raid_member) printf 'a member of a RAID' ;;
    zfs_member) printf 'a member of a ZFS pool' ;;
    *) printf 'file system %s is not supported' "$(plain "$1")" ;;
  esac
}

mount_one() {
  local volume=$1 device=$2 type=$3 name options path errors=''
  name=${device##*/}
  if ! options=$(options_of "$type" ,nosymfollow); then
    failed+="$volume|$name|$(reason_of "$type");"
    return 0
  fi
  path="/mnt/evidence/$volume/$name"
  mkdir -p "$ROOT$path"
  if findmnt -n -M "$ROOT$path" >/dev/null ||
    errors=$(mount -t "$type" -o "$options" "$device" "$ROOT$path" 2>&1) ||
    errors=$(mount -t "$type" -o "$(options_of "$type" '')" "$device" "$ROOT$path" 2>&1); then
    mounts+="$volume|$name|$(plain "$type")|$path;"
  else
    failed+="$volume|$name|$(plain "${errors%%$'\n'*}");"
  fi
}

# What lies on a device: as udev has seen it, else looked at once more.
type_of() {
  if [[ -n $2 ]]; then printf '%s' "$2"; else blkid -p -o value -s TYPE "$1" 2>/dev/null || true; fi
}

mount_volume() {
  local volume=$1 disk name kind type children=0
  if ! disk=$(device_of "$volume"); then
    failed+="$volume|disk|no device with this serial number;"
    return 0
  fi
  blockdev --setro "$disk"
  # What lies on it is known when udev has looked.
  udevadm settle --timeout=30 || true
  while read -r name kind type; do
    [[ $kind == part ]] || continue
    children=1
    blockdev --setro "$name"
    mount_one "$volume" "$name" "$(type_of "$name" "$type")"
  done <<<"$(lsblk -lnpo NAME,TYPE,FSTYPE "$disk")"
  if ((children == 0)); then mount_one "$volume" "$disk" "$(type_of "$disk" "$(lsblk -dno FSTYPE "$disk")")"; fi
}

for volume in $(param volumes); do
  [[ $volume =~ ^vol-[0-9a-f]{8,17}$ ]] || fail BAD_PARAMETER volumes
  mount_volume "$volume"
done
printf '{"mounts":"%s","failed":"%s"}\n' "$mounts" "$failed"
