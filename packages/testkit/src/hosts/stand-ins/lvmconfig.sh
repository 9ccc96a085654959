# shellcheck shell=bash
# lvmconfig: what the machine's own lvm.conf says; LVM tells nothing of what is not set there.
[[ $# == 1 && $1 == */* ]] || not_simulated "$*"
value=$(sed -n "s/^[[:space:]]*${1#*/}[[:space:]]*=[[:space:]]*//p" "$ROOT/etc/lvm/lvm.conf" 2>/dev/null | tail -n 1) || value=''
if [[ -z $value ]]; then
  printf '  Configuration node %s not found\n' "$1" >&2
  exit 5
fi
printf '%s=%s\n' "${1#*/}" "$value"
