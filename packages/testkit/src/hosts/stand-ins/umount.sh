# shellcheck shell=bash
# umount: takes a simulated file system away from its mount point.
while [[ ${1:-} == -* ]]; do
  case $1 in
    -l | -f | -v) ;;
    *) not_simulated "$1" ;;
  esac
  shift
done

without() {
  local file=$1 pattern=$2 rest
  rest=$(grep -v "$pattern" "$file" || true)
  printf '%s' "${rest:+$rest$'\n'}" >"$file"
}

for place; do
  place=$(inside "$place")
  line=$(awk -v place="$place" '$2 == place || $1 == place { last = $0 } END { print last }' "$ROOT/proc/mounts")
  read -r source target _ options _ <<<"$line" || true
  if [[ -z $line || $target == / || ! -e $MACHINE/mounted ]] || ! grep -q "^$target " "$MACHINE/mounted"; then
    printf 'umount: %s: not mounted.\n' "$place" >&2
    exit 32
  fi
  find_device "$source"
    if [[ ,$options, == *,ro,* ]]; then
    chmod -R u+w "$ROOT$target"
    find "$ROOT$target" -mindepth 1 -delete
  else
    find "$ROOT$target" -mindepth 1 -maxdepth 1 -exec mv -t "$DEVICE_CONTENT" {} +
  fi
  without "$ROOT/proc/mounts" "^[^ ]* $target "
  without "$MACHINE/mounted" "^$target "
  without "$MACHINE/filesystems" "^$target|"
done
