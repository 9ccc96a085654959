# shellcheck shell=bash
# modinfo of a module file: its fields are NUL-separated `name=value` strings, as in a real one.
field=''
while [[ ${1:-} == -* ]]; do
  case $1 in
    -F | --field) field=$2 && shift ;;
    *) not_simulated "$1" ;;
  esac
  shift
done
[[ -r ${1:-} ]] || {
  printf 'modinfo: ERROR: Module %s not found.\n' "${1:-}" >&2
  exit 1
}
tr '\0' '\n' <"$1" | grep -a -E '^(filename|version|license|description|author|vermagic|name|parm|srcversion)=' |
  while IFS='=' read -r name value; do
    if [[ -z $field ]]; then printf '%-16s%s\n' "$name:" "$value"; elif [[ $name == "$field" ]]; then printf '%s\n' "$value"; fi
  done
