# shellcheck shell=bash
# Put before every script that Cordon sends to a host. CORDON_KEY, CORDON_SCRIPT and CORDON_PARAMS stand above it.
set -euo pipefail
umask 077
export LC_ALL=C
IFS=$' \t\n'
# Empty on real hosts; a simulated host's private folder.
# shellcheck disable=SC2034
ROOT="${CORDON_ROOT:-}"
# Where bash lays down what a here-string holds (before 5.1 every one, later the long ones); a full disk is no place for
# it. Not exported: what other programs lay down may be more than memory should hold.
unset TMPDIR
# shellcheck disable=SC2034
TMPDIR="$ROOT/run"

# fail CODE MESSAGE: the script ends, and says why in one line.
fail() {
  printf '%s: %s\n' "$1" "${2//[$'\r\n']/ }" >&2
  exit 65
}

# Sets REPLY to the UTF-8 bytes of a code point, as escapes of printf %b.
_cordon_utf8() {
  local c=$1
  if ((c < 0x80)); then
    printf -v REPLY '\\x%02x' "$c"
  elif ((c < 0x800)); then
    printf -v REPLY '\\x%02x\\x%02x' $((0xc0 | c >> 6)) $((0x80 | c & 0x3f))
  elif ((c < 0x10000)); then
    printf -v REPLY '\\x%02x\\x%02x\\x%02x' $((0xe0 | c >> 12)) $((0x80 | c >> 6 & 0x3f)) $((0x80 | c & 0x3f))
  else
    printf -v REPLY '\\x%02x\\x%02x\\x%02x\\x%02x' \
      $((0xf0 | c >> 18)) $((0x80 | c >> 12 & 0x3f)) $((0x80 | c >> 6 & 0x3f)) $((0x80 | c & 0x3f))
  fi
}

# Prints a JSON string's content, its \uXXXX (UTF-16) as UTF-8. It holds no other escape and no bare special character.
_cordon_unescape() {
  local rest=$1 code low out=''
  while [[ $rest == *\\u* ]]; do
    out+=${rest%%\\u*}
    rest=${rest#*\\u}
    code=$((16#${rest:0:4}))
    rest=${rest:4}
    if ((code >= 0xd800 && code < 0xdc00)) && [[ $rest == \\u* ]]; then
      low=$((16#${rest:2:4}))
      code=$((0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)))
      rest=${rest:6}
    fi
    _cordon_utf8 "$code"
    out+=$REPLY
  done
  printf '%b' "$out$rest"
}

_CORDON_JSON=$(printf '%s' "${CORDON_PARAMS:-}" | base64 -d)

_cordon_has() { [[ $_CORDON_JSON == *"\"$1\":\""* ]]; }

# param NAME: prints a parameter. "$(param NAME)" drops trailing newlines, as every command substitution does.
param() {
  _cordon_has "$1" || fail MISSING_PARAMETER "$1"
  local value=${_CORDON_JSON#*"\"$1\":\""}
  _cordon_unescape "${value%%\"*}"
}

# param_or NAME DEFAULT
param_or() {
  if _cordon_has "$1"; then param "$1"; else printf '%s' "$2"; fi
}

# once CMD...: the command takes effect once for this key on this boot, whoever runs the script again or at the same
# time; every run gets the one result: its stdout, stderr and exit status. CMD's name tells several in a script apart.
once() {
  local folder="${CORDON_RUN:-$ROOT/run/cordon}/$CORDON_KEY/${CORDON_SCRIPT:-script}.${1##*/}" status
  command -v flock >/dev/null || fail MISSING_TOOL flock
  mkdir -p "$folder"
  exec 9>"$folder/lock"
  flock 9
  if [[ ! -e $folder/status ]]; then
    # Begun, never ended: its runner was killed, and half an effect must not be made again unseen.
    [[ ! -e $folder/begun ]] || fail INTERRUPTED "$1 was cut short by an earlier end of this script"
    : >"$folder/begun"
    set +e
    # The lock is not the command's: what it leaves running in the background would hold it.
    (
      set -e
      "$@"
    ) >"$folder/stdout" 2>"$folder/stderr" 9>&-
    status=$?
    set -e
    printf '%s\n' "$status" >"$folder/status.new"
    mv "$folder/status.new" "$folder/status"
  fi
  exec 9>&-
  cat "$folder/stderr" >&2
  cat "$folder/stdout"
  return "$(cat "$folder/status")"
}
