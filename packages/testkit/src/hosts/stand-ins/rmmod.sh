# shellcheck shell=bash
# rmmod: takes a module out of the simulated kernel.
name=${1:-}
name=${name##*/}
name=${name%.ko}
grep -q "^$name " "$ROOT/proc/modules" || {
  printf 'rmmod: ERROR: Module %s is not currently loaded\n' "$name" >&2
  exit 1
}
[[ $name == lime ]] || {
  printf 'rmmod: ERROR: Module %s is in use\n' "$name" >&2
  exit 1
}
rest=$(grep -v "^$name " "$ROOT/proc/modules")
printf '%s\n' "$rest" >"$ROOT/proc/modules"
