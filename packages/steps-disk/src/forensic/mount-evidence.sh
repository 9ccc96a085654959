# shellcheck shell=bash
# Mounts every file system of the evidence volumes read-only, and says by name what could not be mounted.
# volumes: ids, separated by spaces. Prints {"mounts": "vol|partition|type|path;...", "failed": "vol|partition|reason;...",
# "replayed": "vol|partition;...", "open": "vol;..."}: replayed ones are read through an overlay, on which their journal was
# replayed; open ones could be written to until this script came.

mounts='' failed='' replayed='' open=''
# Physical volumes of LVM, as "volume name device", and how many logical ones have been looked at.
physical=()
logical=0

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

# options_of TYPE JOURNAL MORE. Kernels before 5.10 do not know nosymfollow.
options_of() {
  local safe=ro,nodev,nosuid,noexec$3
  case $1:$2 in
    # Mounting ro replays the journal all the same, and that is a write.
    ext3:leave | ext4:leave) printf '%s,noload' "$safe" ;;
    xfs:leave) printf '%s,norecovery,nouuid' "$safe" ;;
    xfs:replay) printf '%s,nouuid' "$safe" ;;
    btrfs:*) printf '%s,rescue=nologreplay' "$safe" ;;
    ext[234]:* | vfat:* | exfat:* | iso9660:* | squashfs:*) printf '%s' "$safe" ;;
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

# mount_at DEVICE TYPE PATH JOURNAL: mounts, and looks whether it is what was asked for. Sets REPLY to what went wrong.
mount_at() {
  local device=$1 type=$2 path=$3 journal=$4 options
  mkdir -p "$ROOT$path"
  if ! findmnt -n -M "$ROOT$path" >/dev/null; then
    REPLY=$(mount -t "$type" -o "$(options_of "$type" "$journal" ,nosymfollow)" "$device" "$ROOT$path" 2>&1) ||
      REPLY=$(mount -t "$type" -o "$(options_of "$type" "$journal" '')" "$device" "$ROOT$path" 2>&1) || return 1
  fi
  options=$(findmnt -n -o OPTIONS -M "$ROOT$path") || options=''
  [[ ,$options, == *,ro,* && ,$options, == *,nodev,* && ,$options, == *,noexec,* ]] && return 0
  REPLY="mounted as $options, and taken off again"
  umount "$ROOT$path"
  return 1
}

# mount_one VOLUME NAME DEVICE TYPE PATH-NAME
mount_one() {
  local volume=$1 name=$2 device=$3 type=$4 path="/mnt/evidence/$1/$5" REPLY=''
  if [[ $type == LVM2_member ]] && has_overlays; then
    physical+=("$volume $name $device")
    return 0
  fi
  if ! options_of "$type" leave '' >/dev/null; then
    failed+="$volume|$name|$(reason_of "$type");"
    return 0
  fi
  if has_overlays && needs_replay "$type" "$device" && overlay_of "$volume-$5" "$device" &&
    mount_at "$REPLY" "$type" "$path" replay; then
    replayed+="$volume|$name;"
  else
    if has_overlays; then drop_overlay "$volume-$5"; fi
    if ! mount_at "$device" "$type" "$path" leave; then
      failed+="$volume|$name|$(plain "${REPLY%%$'\n'*}");"
      return 0
    fi
  fi
  mounts+="$volume|$name|$(plain "$type")|$path;"
}

# What lies on a device: as udev has seen it, else looked at once more.
type_of() {
  if [[ -n $2 ]]; then printf '%s' "$2"; else blkid -p -o value -s TYPE "$1" 2>/dev/null || true; fi
}

# The instance's own root is never taken for evidence, whatever serial number its disk shows.
is_own_root() {
  local source disk=${1##*/}
  source=$(findmnt -n -o SOURCE -M "$ROOT/" 2>/dev/null) || return 1
  source=${source##*/}
  [[ $source == "$disk" || $source == "$disk"p[0-9]* ]]
}

mount_volume() {
  local volume=$1 disk name kind type children=0
  if ! disk=$(device_of "$volume"); then
    failed+="$volume|disk|no device with this serial number;"
    return 0
  fi
  if is_own_root "$disk"; then
    failed+="$volume|disk|the root of this instance lies on it;"
    return 0
  fi
  # The image's rule has had its time by then.
  udevadm settle --timeout=5 || true
  if [[ $(blockdev --getro "$disk") != 1 ]]; then open+="$volume;"; fi
  blockdev --setro "$disk"
  # What lies on it is known when udev has looked.
  udevadm settle --timeout=30 || true
  while read -r name kind type; do
    [[ $kind == part ]] || continue
    children=1
    blockdev --setro "$name"
    mount_one "$volume" "${name##*/}" "$name" "$(type_of "$name" "$type")" "${name##*/}"
  done <<<"$(lsblk -lnpo NAME,TYPE,FSTYPE "$disk")"
  ((children == 0)) || return 0
  mount_one "$volume" "${disk##*/}" "$disk" "$(type_of "$disk" "$(lsblk -dno FSTYPE "$disk")")" "${disk##*/}"
}

# lvm_over DEVICES COMMAND...: a command of LVM that sees these devices and no others, and waits for no lock.
lvm_over() {
  local devices=$1 command=$2
  shift 2
  "$command" --devices "$devices" --nolocking "$@" 2>/dev/null
}

# The physical volumes of a group that are there. A missing one is shown as [unknown].
members_of() { lvm_over "$1" pvs --noheadings -o pv_name -S "vg_name=$2" | tr -d ' ' | grep '^/' || true; }

# mount_group VOLUME DEVICES GROUP NEW-NAME: the logical volumes of one group, under a name that nothing else has.
mount_group() {
  local volume=$1 devices=$2 group=$3 new=$4 name path found=0 members=()
  if [[ $group != "$new" ]]; then
    mapfile -t members <<<"$(members_of "$devices" "$group")"
    lvm_over "$devices" vgimportclone -n "$new" "${members[@]}" >/dev/null || return 1
  fi
  lvm_over "$devices" vgchange -ay "$new" >/dev/null || return 1
  make_nodes
  while read -r name path; do
    [[ -n $path ]] || continue
    mount_one "$volume" "$(plain "$group/$name")" "$path" "$(type_of "$path" '')" "lv$logical"
    logical=$((logical + 1)) found=1
  done <<<"$(lvm_over "$devices" lvs --noheadings -o lv_name,lv_dm_path "$new")"
  ((found)) || failed+="$volume|$(plain "$group")|a group of LVM in which no logical volume is found;"
}

# Groups may lie over several volumes: all physical volumes are looked at together, through overlays alone, since LVM
# writes what it opens.
mount_groups() {
  local entry volume name device devices='' group number=0 laid=0 grouped=0 home=''
  for entry in ${physical[@]+"${physical[@]}"}; do
    read -r volume name device <<<"$entry"
    if overlay_of "$volume-$name" "$device"; then
      devices+=${devices:+,}$REPLY home=${home:-$volume} laid=$((laid + 1))
    else
      failed+="$volume|$name|a physical volume of LVM over which no overlay could be laid;"
    fi
  done
  [[ -n $devices ]] || return 0
  # Names of groups are of LVM's own few characters: it refuses others.
  while read -r group; do
    [[ $group =~ ^[A-Za-z0-9+_.-]+$ ]] || continue
    grouped=$((grouped + $(members_of "$devices" "$group" | wc -l)))
    mount_group "$home" "$devices" "$group" "cordon$number" || failed+="$home|$(plain "$group")|a group of LVM that cannot be activated;"
    number=$((number + 1))
  done <<<"$(lvm_over "$devices" vgs --noheadings -o vg_name | tr -d ' ' | sort -u)"
  # One whose description is damaged, or that has the identifier of another one, is in no list of LVM's.
  ((grouped >= laid)) || failed+="$home|LVM|$((laid - grouped)) of $laid physical volumes are in no group that can be read;"
}

for volume in $(param volumes); do
  [[ $volume =~ ^vol-[0-9a-f]{8,17}$ ]] || fail BAD_PARAMETER volumes
  mount_volume "$volume"
done
mount_groups
printf '{"mounts":"%s","failed":"%s","replayed":"%s","open":"%s"}\n' "$mounts" "$failed" "$replayed" "$open"
