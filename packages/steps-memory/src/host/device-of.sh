# shellcheck shell=bash
# The device of an EBS volume, by its serial number. Put before the scripts that need it.

# $1: id of the volume. Prints the path of its device; fails when none shows up within half a minute.
device_of() {
  local serial=${1/-/} path found
  for _ in {1..30}; do
    while read -r path found; do
      if [[ $found == "$serial" ]]; then
        printf '%s' "$path"
        return 0
      fi
    done <<<"$(lsblk -dno PATH,SERIAL)"
    sleep 1
  done
  return 1
}
