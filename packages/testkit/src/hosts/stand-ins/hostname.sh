# shellcheck shell=bash
# hostname of the simulated machine.
(($# == 0)) || [[ $1 == -f || $1 == -s ]] || not_simulated "$*"
cat "$ROOT/proc/sys/kernel/hostname"
