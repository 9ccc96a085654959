# shellcheck shell=bash
# dmsetup: snapshots of device-mapper over simulated devices. What is written to one goes to its store; the device below
# is only read. In the table of the mapper: name|origin|store.
TABLE=$MACHINE/mapper
[[ $(setting device_mapper) == present ]] || {
  printf '/dev/mapper/control: open failed: No such file or directory\nFailure to communicate with kernel device-mapper driver.\n' >&2
  exit 1
}

refuse() {
  printf 'device-mapper: %s ioctl on %s failed: %s\nCommand failed.\n' "$1" "$name" "$2" >&2
  exit 1
}

without() {
  local file=$1 field=$2 value=$3
  awk -F '|' -v field="$field" -v value="$value" '$field != value' "$file" >"$file.new"
  mv "$file.new" "$file"
}

create() {
  local start sectors kind origin store flag chunk content
  read -r start sectors kind origin store flag chunk <<<"$1"
  [[ $kind == snapshot && $start == 0 && $flag == [NP] && $chunk =~ ^[0-9]+$ ]] || not_simulated "table $1"
  if grep -q "^$name|" "$TABLE"; then refuse create 'Device or resource busy'; fi
  grep -q "^${store#/dev/}|" "$MACHINE/loops" || refuse reload 'No such device or address'
  if grep -q "|$store\$" "$TABLE"; then refuse reload 'Device or resource busy'; fi
  find_device "$origin" || refuse reload 'No such device or address'
  ((sectors * 512 == DEVICE_SIZE)) || refuse reload 'Invalid argument'
  if grep -q "^/dev/$DEVICE_NAME " "$ROOT/proc/mounts"; then refuse reload 'Device or resource busy'; fi
  content=$MACHINE/overlays/$name
  mkdir -p "$content/fs" "$content/lv" "$ROOT/dev/mapper"
  if [[ -n $DEVICE_CONTENT ]]; then cp -a --reflink=auto "$DEVICE_CONTENT/." "$content/fs/"; fi
  if [[ -e $ROOT/dev/$DEVICE_NAME ]]; then cp "$ROOT/dev/$DEVICE_NAME" "$ROOT/dev/mapper/$name"; fi
  printf '%s|%s|dm|%s||%s|%s|%s|%s|%s\n' "mapper/$name" "$DEVICE_NAME" "$DEVICE_SIZE" "$DEVICE_FS" "$DEVICE_UUID" \
    "$content/fs" "$DEVICE_DIRTY" "$DEVICE_JOURNAL" >>"$MACHINE/devices"
  printf '%s|%s|%s\n' "$name" "$DEVICE_NAME" "$store" >>"$TABLE"
  share_groups "$DEVICE_NAME" "$content/lv"
}

# What LVM finds on the origin it finds on the snapshot too, and writes there.
share_groups() {
  local origin=$1 content=$2 rows='' device group volume size fs uuid folder rest
  while IFS='|' read -r device group volume size fs uuid folder rest; do
    [[ $device == "$origin" ]] || continue
    mkdir -p "$content/$volume"
    cp -a --reflink=auto "$folder/." "$content/$volume/"
    rows+="mapper/$name|$group|$volume|$size|$fs|$uuid|$content/$volume|$rest"$'\n'
  done <"$MACHINE/lvm"
  printf '%s' "$rows" >>"$MACHINE/lvm"
}

remove() {
  grep -q "^$name|" "$TABLE" || refuse remove 'No such device or address'
  if grep -q "^/dev/mapper/$name " "$ROOT/proc/mounts" || grep -q "^[^|]*|mapper/$name|" "$TABLE"; then
    refuse remove 'Device or resource busy'
  fi
  without "$TABLE" 1 "$name"
  without "$MACHINE/devices" 1 "mapper/$name"
  without "$MACHINE/lvm" 1 "mapper/$name"
  rm -rf -- "$MACHINE/overlays/$name" "$ROOT/dev/mapper/$name"
}

action=${1:-} name=${2:-}
case $action in
  version) printf 'Library version:   1.02.185\nDriver version:    4.47.0\n' ;;
  mknodes) ;;
  info) grep -q "^$name|" "$TABLE" || refuse info 'No such device or address' ;;
  create)
    [[ ${3:-} == --table && $# == 4 ]] || not_simulated "create ${*:3}"
    create "$4"
    ;;
  remove) remove ;;
  *) not_simulated "$action" ;;
esac
