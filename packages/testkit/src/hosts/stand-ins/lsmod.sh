# shellcheck shell=bash
# lsmod, from the simulated /proc/modules.
printf 'Module                  Size  Used by\n'
awk '{ printf "%-19s %8d  %s\n", $1, $2, $3 }' "$ROOT/proc/modules"
