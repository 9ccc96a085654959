# shellcheck shell=bash
# losetup: files as simulated devices. In the table of loops: loop|file.
LOOPS=$MACHINE/loops
[[ $(setting device_mapper) == present ]] || {
  printf 'losetup: cannot find an unused loop device: No such file or directory\n' >&2
  exit 1
}
case $* in
  '--find --show '*)
    file=${!#}
    [[ -f $file ]] || {
      printf 'losetup: %s: failed to set up loop device: No such file or directory\n' "$file" >&2
      exit 1
    }
    number=0
    while grep -q "^loop$number|" "$LOOPS"; do number=$((number + 1)); done
    printf 'loop%d|%s\n' "$number" "$file" >>"$LOOPS"
    printf '/dev/loop%d\n' "$number"
    ;;
  '--noheadings --output NAME --associated '*)
    awk -F '|' -v file="${!#}" '$2 == file { print "/dev/" $1 }' "$LOOPS"
    ;;
  '--detach '*)
    loop=$2
    if grep -q "|$loop\$" "$MACHINE/mapper" || ! grep -q "^${loop#/dev/}|" "$LOOPS"; then
      printf 'losetup: %s: detach failed: Device or resource busy\n' "$loop" >&2
      exit 1
    fi
    rest=$(grep -v "^${loop#/dev/}|" "$LOOPS" || true)
    printf '%s' "${rest:+$rest$'\n'}" >"$LOOPS"
    ;;
  *) not_simulated "$*" ;;
esac
