# shellcheck shell=bash
# node, where the machine has one: the real one, on the files of this machine. It takes a while of virtual time, however
# fast the machine is that the tests run on.
[[ $(setting node) == present ]] || {
  printf '%s: command not found\n' "${0##*/}" >&2
  exit 127
}
[[ $* == *--version* ]] || spend "$(setting node_seconds)"
program=$(setting node_program)
# Perhaps in a folder of somebody else's: then what the machine has for everybody.
if [[ -x $program ]]; then exec "$program" "$@"; fi
run_real node "$@"
