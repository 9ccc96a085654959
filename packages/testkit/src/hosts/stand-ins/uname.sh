# shellcheck shell=bash
# uname of the simulated kernel.
release=$(cat "$ROOT/proc/sys/kernel/osrelease")
version=$(sed 's/^[^#]*#/#/' "$ROOT/proc/version")
hostname=$(cat "$ROOT/proc/sys/kernel/hostname")
(($# > 0)) || set -- -s
for argument; do
  case $argument in
    -s | --kernel-name) printf 'Linux\n' ;;
    -n | --nodename) printf '%s\n' "$hostname" ;;
    -r | --kernel-release) printf '%s\n' "$release" ;;
    -v | --kernel-version) printf '%s\n' "$version" ;;
    -m | -p | -i | --machine) setting architecture ;;
    -o | --operating-system) printf 'GNU/Linux\n' ;;
    -a | --all) printf 'Linux %s %s %s %s GNU/Linux\n' "$hostname" "$release" "$version" "$(setting architecture)" ;;
    *) not_simulated "$argument" ;;
  esac
done
