# shellcheck shell=bash
# mkfs.ext4 and mkfs.xfs: an empty file system on a simulated device.
path=${!#}
find_device "$path" || {
  printf 'The file %s does not exist and no size was specified.\n' "$(inside "$path")" >&2
  exit 1
}
[[ ! -e $MACHINE/readonly/$DEVICE_NAME ]] || {
  printf '%s: Operation not permitted while trying to open %s\n' "${0##*/}" "$(inside "$path")" >&2
  exit 1
}
find "$DEVICE_CONTENT" -mindepth 1 -delete
kind=${0##*.}
id=$(printf '%s' "$DEVICE_NAME$kind" | sha256sum | sed 's/^\(.\{8\}\)\(.\{4\}\)\(.\{4\}\)\(.\{4\}\)\(.\{12\}\).*/\1-\2-\3-\4-\5/')
awk -F '|' -v OFS='|' -v name="$DEVICE_NAME" -v kind="$kind" -v id="$id" \
  '$1 == name { $6 = kind; $7 = id; $9 = "clean" } { print }' "$MACHINE/devices" >"$MACHINE/devices.new"
mv "$MACHINE/devices.new" "$MACHINE/devices"
