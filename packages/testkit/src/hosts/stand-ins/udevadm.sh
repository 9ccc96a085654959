# shellcheck shell=bash
# udevadm: the simulated devices are there at once, so there is nothing to wait for.
case ${1:-} in
  settle | trigger | control) exit 0 ;;
  info) ;;
  *) not_simulated "${1:-}" ;;
esac
path=''
for argument; do
  case $argument in
    --name=*) path=${argument#--name=} ;;
    /dev/* | "$ROOT"/dev/*) path=$argument ;;
  esac
done
find_device "${path:-/dev/none}" || {
  printf 'Unknown device "%s": No such device\n' "$path" >&2
  exit 1
}
printf 'DEVNAME=/dev/%s\nDEVTYPE=%s\nID_MODEL=Amazon Elastic Block Store\nID_SERIAL_SHORT=%s\nID_FS_TYPE=%s\n' \
  "$DEVICE_NAME" "$DEVICE_TYPE" "$DEVICE_SERIAL" "$DEVICE_FS"
