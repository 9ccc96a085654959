# shellcheck shell=bash
# lsblk of the simulated devices.
columns=NAME,MAJ:MIN,RM,SIZE,RO,TYPE,MOUNTPOINTS
disks_only=0 headings=1 style=padded bytes=0 full=0
devices=()

flag() {
  case $1 in
    d) disks_only=1 ;;
    n) headings=0 ;;
    b) bytes=1 ;;
    p) full=1 ;;
    r) style=raw ;;
    l) style=list ;;
    P) style=pairs ;;
    J) style=json ;;
    a) ;;
    f) columns=NAME,FSTYPE,LABEL,UUID,MOUNTPOINTS ;;
    *) not_simulated "-$1" ;;
  esac
}

while (($# > 0)); do
  case $1 in
    --nodeps) flag d ;;
    --noheadings) flag n ;;
    --bytes) flag b ;;
    --paths) flag p ;;
    --raw) flag r ;;
    --list) flag l ;;
    --pairs) flag P ;;
    --json) flag J ;;
    --output=*) columns=${1#--output=} ;;
    --output) shift && columns=$1 ;;
    --*) not_simulated "$1" ;;
    -?*)
      letters=${1#-}
      while [[ -n $letters ]]; do
        if [[ $letters == o* ]]; then
          columns=${letters#o}
          if [[ -z $columns ]]; then shift && columns=$1; fi
          break
        fi
        flag "${letters:0:1}"
        letters=${letters#?}
      done
      ;;
    *) devices+=("$(inside "$1")") ;;
  esac
  shift
done
IFS=, read -r -a wanted <<<"${columns^^}"

human() {
  if ((bytes)); then printf '%s' "$1"; else awk -v size="$1" 'BEGIN { split("B K M G T", unit, " "); i = 1; while (size >= 1024 && i < 5) { size /= 1024; i++ } printf (size == int(size) ? "%d%s" : "%.1f%s"), size, unit[i] }'; fi
}

mounted_at() {
  awk -v device="/dev/$1" '$1 == device { print $2; exit }' "$ROOT/proc/mounts"
}

# value COLUMN DEVICE-FIELDS: what stands in a column. The fields are those of the table of devices.
value() {
  local disk=${DEVICE_PARENT:-$DEVICE_NAME}
  case $1 in
    NAME) if ((full)); then printf '/dev/%s' "$DEVICE_NAME"; else printf '%s' "$DEVICE_NAME"; fi ;;
    KNAME) printf '%s' "$DEVICE_NAME" ;;
    PATH) printf '/dev/%s' "$DEVICE_NAME" ;;
    PKNAME) printf '%s' "$DEVICE_PARENT" ;;
    TYPE) printf '%s' "$DEVICE_TYPE" ;;
    SIZE) human "$DEVICE_SIZE" ;;
    SERIAL) printf '%s' "$DEVICE_SERIAL" ;;
    MODEL) if [[ $DEVICE_TYPE == disk ]]; then printf 'Amazon Elastic Block Store'; fi ;;
    FSTYPE) printf '%s' "$DEVICE_FS" ;;
    UUID) printf '%s' "$DEVICE_UUID" ;;
    LABEL | PARTLABEL | FSVER | PARTTYPE | PTTYPE) ;;
    RO) if [[ -e $MACHINE/readonly/$DEVICE_NAME || ($DEVICE_TYPE == part && -e $MACHINE/readonly/$disk) ]]; then printf 1; else printf 0; fi ;;
    RM) printf 0 ;;
    MAJ:MIN) printf '259:0' ;;
    MOUNTPOINT | MOUNTPOINTS) mounted_at "$DEVICE_NAME" ;;
    *) not_simulated "column $1" ;;
  esac
}

selected() {
  if ((${#devices[@]} == 0)); then return 0; fi
  local device
  for device in "${devices[@]}"; do
    if [[ $device == /dev/disk/* ]]; then device=/dev/$(basename "$(readlink "$ROOT$device")"); fi
    if [[ $device == "/dev/$DEVICE_NAME" || $device == "/dev/$DEVICE_PARENT" ]]; then return 0; fi
  done
  return 1
}

for device in "${devices[@]}"; do
  find_device "$device" || {
    printf 'lsblk: %s: not a block device\n' "$device" >&2
    exit 32
  }
done

print_row() {
  local column text first=1 row=''
  for column in "${wanted[@]}"; do
    text=$(value "$column")
    case $style in
      pairs) row+="${first:+}${row:+ }$column=\"$text\"" ;;
      json) row+="${row:+, }\"${column,,}\": $(if [[ -n $text ]]; then printf '"%s"' "$text"; else printf null; fi)" ;;
      raw) row+="${row:+ }${text// /\\x20}" ;;
      *)
        if [[ $column == NAME && $style == padded && -n $DEVICE_PARENT ]] && ((!disks_only)); then text="|-$text"; fi
        row+=$(printf '%-18s ' "$text")
        ;;
    esac
    first=''
  done
  if [[ $style == json ]]; then printf '%s{%s}' "$separator" "$row"; else printf '%s\n' "${row%"${row##*[! ]}"}"; fi
}

if [[ $style == json ]]; then printf '{"blockdevices": ['; fi
if ((headings)) && [[ $style == padded || $style == list || $style == raw ]]; then printf '%s\n' "${wanted[*]}"; fi
separator=''
while IFS='|' read -r DEVICE_NAME DEVICE_PARENT DEVICE_TYPE DEVICE_SIZE DEVICE_SERIAL DEVICE_FS DEVICE_UUID _ _ _; do
  if ((disks_only)) && [[ $DEVICE_TYPE != disk ]] && ((${#devices[@]} == 0)); then continue; fi
  if ((disks_only)) && ((${#devices[@]} > 0)) && [[ " ${devices[*]} " != *" /dev/$DEVICE_NAME "* ]]; then continue; fi
  selected || continue
  print_row
  separator=', '
done <"$MACHINE/devices"
if [[ $style == json ]]; then printf ']}\n'; fi
