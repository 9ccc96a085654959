# shellcheck shell=bash
# blkid of the simulated devices.
style=full tag='' path=''
while (($# > 0)); do
  case $1 in
    -o) shift && style=$1 ;;
    -s) shift && tag=$1 ;;
    -p | -c | /dev/null) ;;
    -*) not_simulated "$1" ;;
    *) path=$1 ;;
  esac
  shift
done
[[ -n $path ]] || not_simulated 'without a device'
find_device "$path" || exit 2
[[ -n $DEVICE_FS ]] || exit 2
case $style:$tag in
  value:TYPE) printf '%s\n' "$DEVICE_FS" ;;
  value:UUID) printf '%s\n' "$DEVICE_UUID" ;;
  value:LABEL) exit 2 ;;
  export:*) printf 'DEVNAME=/dev/%s\nUUID=%s\nTYPE=%s\n' "$DEVICE_NAME" "$DEVICE_UUID" "$DEVICE_FS" ;;
  full:*) printf '/dev/%s: UUID="%s" TYPE="%s"\n' "$DEVICE_NAME" "$DEVICE_UUID" "$DEVICE_FS" ;;
  *) not_simulated "-o $style -s $tag" ;;
esac
