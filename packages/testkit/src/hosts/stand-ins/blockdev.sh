# shellcheck shell=bash
# blockdev of the simulated devices: read-only is a flag of the device, and of its disk.
action=${1:-}
shift || true
for path; do
  find_device "$path" || {
    printf 'blockdev: cannot open %s: No such file or directory\n' "$(inside "$path")" >&2
    exit 1
  }
  case $action in
    --setro) : >"$MACHINE/readonly/$DEVICE_NAME" ;;
    --setrw) rm -f "$MACHINE/readonly/$DEVICE_NAME" ;;
    --getro) if [[ -e $MACHINE/readonly/$DEVICE_NAME ]]; then printf '1\n'; else printf '0\n'; fi ;;
    --getsize64) printf '%s\n' "$DEVICE_SIZE" ;;
    --getsz) printf '%s\n' $((DEVICE_SIZE / 512)) ;;
    --getss) printf '512\n' ;;
    --rereadpt | --flushbufs) ;;
    *) not_simulated "$action" ;;
  esac
done
