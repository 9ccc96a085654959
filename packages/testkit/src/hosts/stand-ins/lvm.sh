# shellcheck shell=bash
# pvs, vgs, lvs, vgchange and vgimportclone over simulated devices. In the table of LVM, one line for each logical volume:
# device|group|volume|size|type|uuid|folder|dirty|journal.
[[ $(setting device_mapper) == present ]] || {
  printf '  /dev/mapper/control: open failed: No such file or directory\n' >&2
  exit 5
}
devices='' columns='' group='' new='' activate='' names=()
while (($# > 0)); do
  case $1 in
    --devices) shift && devices=$1 ;;
    --nolocking | --noheadings) ;;
    -o) shift && columns=$1 ;;
    -S) shift && group=${1#vg_name=} ;;
    -n) shift && new=$1 ;;
    -ay) activate=yes ;;
    -*) not_simulated "$1" ;;
    *) names+=("$1") ;;
  esac
  shift
done

# Lines of the volumes on the devices that this command may see.
seen() {
  local row
  while read -r row; do
    if [[ -z $devices || ,$devices, == *,/dev/"${row%%|*}",* ]]; then printf '%s\n' "$row"; fi
  done <"$MACHINE/lvm"
}

import_clone() {
  local name row
  for name in "${names[@]}"; do
    find_device "$name" || exit 5
    if [[ -e $MACHINE/readonly/$DEVICE_NAME || ($DEVICE_TYPE == part && -e $MACHINE/readonly/$DEVICE_PARENT) ]]; then
      printf '  Error opening device %s for writing: Read-only file system\n' "$name" >&2
      exit 5
    fi
    printf '%s\n' "$DEVICE_NAME" >>"$MACHINE/written"
    awk -F '|' -v OFS='|' -v device="$DEVICE_NAME" -v group="$new" '$1 == device { $2 = group } { print }' \
      "$MACHINE/lvm" >"$MACHINE/lvm.new"
    mv "$MACHINE/lvm.new" "$MACHINE/lvm"
  done
}

activate() {
  local device of volume size fs uuid folder dirty journal
  mkdir -p "$ROOT/dev/mapper"
  while IFS='|' read -r device of volume size fs uuid folder dirty journal; do
    [[ $of == "${names[0]}" ]] || continue
    if grep -q "^mapper/$of-$volume|" "$MACHINE/devices"; then continue; fi
    printf '%s|%s|lvm|%s||%s|%s|%s|%s|%s\n' "mapper/$of-$volume" "$device" "$size" "$fs" "$uuid" "$folder" "$dirty" "$journal" \
      >>"$MACHINE/devices"
    superblock "$fs" "$dirty" >"$ROOT/dev/mapper/$of-$volume"
  done <<<"$(seen)"
}

case ${0##*/}:$columns in
  pvs:pv_name) seen | awk -F '|' -v group="$group" '$2 == group { print "  /dev/" $1 }' | sort -u ;;
  vgs:vg_name) seen | awk -F '|' '{ print "  " $2 }' | sort -u ;;
  lvs:lv_name,lv_dm_path) seen | awk -F '|' -v group="${names[0]}" '$2 == group { print "  " $3 " /dev/mapper/" group "-" $3 }' ;;
  vgimportclone:) import_clone ;;
  vgchange:)
    [[ $activate == yes && ${#names[@]} == 1 ]] || not_simulated 'vgchange without -ay'
    activate
    ;;
  *) not_simulated "-o $columns" ;;
esac
